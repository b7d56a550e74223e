// Reading and writing a connection's stream: the only place that does.
#ifndef MOD_LWS_LOOP_STREAM_H
#define MOD_LWS_LOOP_STREAM_H

#include "mod_lws/loop/conn.h"

#define MLWS_AGAIN ((mp_uint_t)-2)      // nothing now
#define MLWS_FAILED ((mp_uint_t)-1)     // the stream is broken

// These never raise.
mp_uint_t mlws_stream_read(mlws_conn_t *k, uint8_t *buf, size_t n);     // 0: end of input
mp_uint_t mlws_stream_write(mlws_conn_t *k, const lws_iov_t *iov, int count);
// Bytes that it takes now; SIZE_MAX where nobody knows.
size_t mlws_stream_room(const mlws_conn_t *k);
// Its answer to MP_STREAM_POLL or MP_STREAM_GET_FILENO; MP_STREAM_ERROR: *err is an errno, or 0.
mp_uint_t mlws_stream_ask(mp_obj_t stream, mp_uint_t what, uintptr_t arg, int *err);
void mlws_stream_close(mp_obj_t stream);
// Makes a connection that was just accepted ready to be served. May raise.
void mlws_stream_accepted(mp_obj_t stream);
// Before the close of one that failed: a stream that would wait for the farewell of a peer who
// does not answer any more forgets it now.
void mlws_stream_give_up(mlws_conn_t *k);
// Tells the peer that nothing more comes, where the stream can.
void mlws_stream_shutdown(mlws_conn_t *k);
// Connections that the network has room for, less a few for what else the application does; 0:
// nobody knows.
unsigned mlws_stream_conns(void);
// (address, port) of the peer; None when it has gone, or has no such address. May raise
// MemoryError.
mp_obj_t mlws_stream_peer(mlws_conn_t *k);

#endif
