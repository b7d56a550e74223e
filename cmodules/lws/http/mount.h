// From a request path to a file's name: which mount has it, and where below its origin. Pure
// functions of strings; paths are decoded and sanitised ones (lws_url_path).
#ifndef LWS_HTTP_MOUNT_H
#define LWS_HTTP_MOUNT_H

#include "lws/base/span.h"

typedef struct lws_mount {
    lws_span_t prefix;      // "/static"; "/" or empty: everything. A slash at the end is dropped
    lws_span_t origin;      // "/www"; a slash at the end means the same
    lws_span_t index;       // the file that stands for a folder; empty: "index.html"
    const void *user;       // the caller's
} lws_mount_t;

// The mount with the longest prefix that ends at a segment of path ("/static" has "/static" and
// "/static/a", not "/static2"); NULL: none. *rest is what follows the prefix: empty or beginning
// with '/'. Of equal ones the first.
const lws_mount_t *lws_mount_find(const lws_mount_t *list, size_t count, lws_span_t path,
    lws_span_t *rest);

// origin + rest, NUL-terminated; a rest that ends with '/' (or is empty) gets the index file. The
// length without the NUL, or LWS_ERR_NOSPC.
int lws_mount_join(char *dst, size_t cap, const lws_mount_t *m, lws_span_t rest);

// The value of Location for a folder that was asked for without its slash: path encoded, '/', and
// "?query" when query.p is not NULL. Relative links in the folder's index would be wrong without
// this redirect. Never names another host.
void lws_mount_put_redirect(lws_out_t *o, lws_span_t path, lws_span_t query);

#endif
