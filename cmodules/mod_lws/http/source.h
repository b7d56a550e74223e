// A file on its way out: the body of an answer, read piece by piece as the peer takes it.
#ifndef MOD_LWS_HTTP_SOURCE_H
#define MOD_LWS_HTTP_SOURCE_H

#include "mod_lws/loop/conn.h"

#include "lws/core/http.h"
#include "lws/http/file.h"

#define MLWS_CHUNK 4096     // bytes of a piece
#define MLWS_UNTIL_END UINT64_MAX       // a length: all that the stream has (a chunked body)

// Of a multipart/byteranges body.
typedef struct mlws_parts {
    uint64_t size, nonce;
    lws_span_t type;            // in flash
    uint8_t count, next;
    lws_range_t ranges[];
} mlws_parts_t;

typedef struct mlws_source {
    mp_obj_t stream;            // closed at the end
    mp_obj_t fs;                // keeps the memory that data points into
    // the rest of a file that lies in memory (romfs): sent from there. NULL: read from stream
    const uint8_t *data;
    uint64_t left;              // bytes to go, of the part
    mlws_parts_t *parts;        // NULL: one part
} mlws_source_t;

// What a plan asks for, of a file that is open at its start. May raise.
void mlws_source_open(mlws_source_t *s, mp_obj_t fs, mp_obj_t stream, const lws_file_t *file,
    const lws_file_plan_t *plan);
// Its first piece, borrowed until the next is read from any source; empty when there are parts.
// May raise.
lws_span_t mlws_source_first(mlws_source_t *s);
// A copy on the heap. May raise.
mlws_source_t *mlws_source_keep(const mlws_source_t *s);
// A source that sends length bytes of a stream from where it stands. May raise.
mlws_source_t *mlws_source_new(mp_obj_t stream, uint64_t length);
// What is sent next, behind a head.
void mlws_source_set(mlws_conn_t *k, mlws_source_t *s);
// The head is out (or gathers): the body follows. Never raises.
void mlws_source_start(mlws_conn_t *k, mlws_source_t *s);
// Sends what the peer takes now; called when output may go out, as long as there is a source.
// Never raises.
void mlws_source_pump(mlws_conn_t *k);
// The connection is gone: closes the file.
void mlws_source_drop(mlws_conn_t *k);

#endif
