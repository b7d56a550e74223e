// An HTTP and WebSocket server on the core: listening sockets, routes by exact path, folders.
#ifndef LWS_POSIX_SERVER_H
#define LWS_POSIX_SERVER_H

#include "lws/core/http.h"
#include "lws/core/ws.h"
#include "lws/http/mount.h"
#include "posix/stream.h"

#define LWS_SERVER_FILE 65536       // bytes of a file that are read at once

typedef struct lws_route {
    struct lws_route *next;
    lws_span_t path;                // "/echo": without a query
    // Events of the requests for this path, the body's and a WebSocket's among them.
    void (*on)(lws_stream_t *k, const lws_event_t *ev);
} lws_route_t;

typedef struct lws_server {
    lws_context_t ctx;
    lws_vhost_t vh;
    lws_http_settings_t http;       // of vh: the caller may change them before it listens
    lws_ws_settings_t ws;
    lws_loop_t loop;
    lws_streams_t streams;
    lws_watch_t listener;
    int reserve;                    // a descriptor to give up when there is none left
    lws_route_t *routes;
    const lws_mount_t *mounts;      // the caller's
    size_t mount_count;
    uint8_t *file;                  // where files are read, LWS_SERVER_FILE bytes
} lws_server_t;

// ops NULL: the best loop there is. 0, or -1 with errno.
int lws_server_open(lws_server_t *s, const lws_loop_ops_t *ops);
void lws_server_close(lws_server_t *s);     // drops every connection

// address NULL: every one; port 0: any. The port, or -1 with errno.
int lws_server_listen(lws_server_t *s, const char *address, unsigned port);

// The route stays the caller's and stays.
void lws_server_route(lws_server_t *s, lws_route_t *route);

// Answers a request whose route is not asked any more. A text for status 200, else the reason.
int lws_server_answer(lws_stream_t *k, unsigned status, lws_span_t text);

// Answers with what is below a mount. True when one has the path.
bool lws_server_file(lws_server_t *s, lws_stream_t *k, const lws_head_t *h);
void lws_server_file_gone(lws_stream_t *k);

#endif
