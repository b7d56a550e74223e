// A socket and its connection: the pump of conn.h over recv and sendmsg.
#ifndef LWS_POSIX_STREAM_H
#define LWS_POSIX_STREAM_H

#include "lws/core/conn.h"
#include "posix/loop.h"

#define LWS_STREAM_RX 16384         // bytes read at once, shared by all streams
#define LWS_STREAM_SCRATCH 16384    // bytes of output gathered at once

typedef struct lws_stream lws_stream_t;

// What streams share.
typedef struct lws_streams {
    lws_loop_t *loop;
    uint8_t *rx;                    // LWS_STREAM_RX bytes
    lws_stream_t *spare;            // closed ones, to be used again
} lws_streams_t;

struct lws_stream {
    lws_conn_t c;                   // first: a connection is a stream
    lws_watch_t watch;
    lws_streams_t *all;
    // The owner's: called inside of a turn, output goes out at its end.
    void (*on)(lws_stream_t *k, const lws_event_t *ev);
    // All output is out: brings more or sets itself to NULL.
    void (*drained)(lws_stream_t *k);
    void (*gone)(lws_stream_t *k);  // it is about to be freed; NULL: nobody asks
    void *owner, *user, *sending;   // server.h: the server, the route's own, a file on its way
    const void *route;              // of the request that is being answered
    uint8_t depth;                  // turns under way: it is not freed inside of one
    bool shut;                      // our end is closed, the peer's is waited for
};

// The context needs scratch and mem: those of malloc. 0, or -1 with errno.
int lws_streams_open(lws_streams_t *all, lws_loop_t *loop);
void lws_streams_close(lws_streams_t *all);     // after the last stream

// Takes a connected socket that does not block. NULL (and the socket is closed): the vhost is full
// or there is no memory.
lws_stream_t *lws_stream_open(lws_streams_t *all, int fd, lws_vhost_t *vh, const lws_role_t *role);
void lws_stream_free(lws_stream_t *k);          // at once, without a goodbye

// Calls of lws_conn_* on this stream from anywhere are put between these two; the output is sent
// by the second, which may free the stream when it is not inside of an event of its own.
lws_conn_t *lws_stream_begin(lws_stream_t *k);
void lws_stream_end(lws_stream_t *k, lws_conn_t *outer);

// lws_loop_t.expire for connections that are streams.
void lws_stream_expire(lws_conn_t *c);

#endif
