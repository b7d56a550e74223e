// Files of the server's folders: found by mounts, answered by http/file.h, read a buffer at a
// time.
#include "lws/http/file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lws/http/mime.h"
#include "lws/http/url.h"
#include "posix/server.h"

#define PATH_MOST 1024
#define FIELDS_MOST 512

// What is left of a body: the range at index i from byte at on, and those behind it.
typedef struct sending {
    int fd;
    unsigned i;
    uint64_t at;
    bool in_part;           // the part's head is out
    lws_file_t file;
    lws_file_plan_t plan;
} sending_t;

// Fills the buffer with the next piece: its length, 0 at the end, -1 when the file has become
// shorter.
static ssize_t next_piece(sending_t *f, uint8_t *buf) {
    lws_file_plan_t *plan = &f->plan;
    bool parts = plan->count > 1;
    lws_out_t o = lws_out(buf, LWS_SERVER_FILE);
    if (f->i == plan->count) {
        return 0;
    }
    const lws_range_t *r = &plan->ranges[f->i];
    if (!f->in_part) {
        f->in_part = true;
        f->at = r->first;
        if (parts) {
            lws_range_put_part(&o, r, f->file.size, f->file.type, f->file.nonce, f->i == 0);
        }
    }
    uint64_t left = r->last + 1 - f->at;
    size_t room = o.cap - o.len - LWS_RANGE_BOUNDARY_LEN - 16;
    ssize_t n = pread(f->fd, buf + o.len, left < room ? (size_t)left : room, (off_t)f->at);
    if (n <= 0) {
        return -1;
    }
    o.len += (size_t)n;
    f->at += (uint64_t)n;
    if (f->at > r->last) {
        f->in_part = false;
        f->i++;
        if (parts && f->i == plan->count) {
            lws_range_put_close(&o, f->file.nonce);
        }
    }
    return (ssize_t)o.len;
}

void lws_server_file_gone(lws_stream_t *k) {
    lws_server_t *s = k->owner;
    sending_t *f = k->sending;
    k->sending = NULL;
    k->drained = NULL;
    if (f) {
        close(f->fd);
        lws_mem_free(&s->ctx.mem, f, sizeof(*f));
    }
}

static void send_more(lws_stream_t *k) {
    lws_server_t *s = k->owner;
    sending_t *f = k->sending;
    ssize_t n = next_piece(f, s->file);
    int err = lws_conn_body(&k->c, lws_span(s->file, n > 0 ? (size_t)n : 0), n < 0);
    if (n < 0 || f->i == f->plan.count) {
        lws_server_file_gone(k);
    }
    if (err) {
        lws_conn_abort(&k->c);
    }
}

// The head and the first piece in one; the rest, if any, when that is out.
static void respond(lws_server_t *s, lws_stream_t *k, sending_t *f) {
    uint8_t fields[FIELDS_MOST];
    lws_out_t o = lws_out(fields, sizeof(fields));
    lws_file_put_head(&o, &f->file, &f->plan);
    if (f->plan.status == 200 && f->file.size) {
        f->plan.count = 1;      // from here on a whole file is one range of it
        f->plan.ranges[0] = (lws_range_t) { 0, f->file.size - 1 };
    }
    ssize_t n = f->plan.body && f->plan.length ? next_piece(f, s->file) : 0;
    if (o.full || n < 0) {
        lws_server_answer(k, 500, lws_span(NULL, 0));
        close(f->fd);
        return;
    }
    lws_response_t r = {
        .status = f->plan.status, .fields = lws_span(fields, o.len), .length = f->plan.length,
        .body = lws_span(s->file, (size_t)n),
    };
    int err = lws_conn_respond(&k->c, &r);
    sending_t *rest = NULL;
    if (!err && n && f->i < f->plan.count) {
        rest = lws_mem_alloc(&s->ctx.mem, sizeof(*rest));
        err = rest ? LWS_OK : LWS_ERR_NOMEM;
    }
    if (err) {
        lws_conn_abort(&k->c);
    }
    if (!rest) {
        close(f->fd);
        return;
    }
    *rest = *f;
    k->sending = rest;
    k->drained = send_more;
}

static void send_file(lws_server_t *s, lws_stream_t *k, const lws_head_t *h, const struct stat *st,
    int fd, lws_span_t name) {
    sending_t f = { .fd = fd };
    f.file.size = (uint64_t)st->st_size;
    f.file.mtime = st->st_mtime;
    f.file.type = lws_mime_of(name);
    if (!s->file) {
        s->file = lws_mem_alloc(&s->ctx.mem, LWS_SERVER_FILE);
    }
    lws_file_plan(h, &f.file, &f.plan);
    if (!s->file || (f.plan.count > 1 && getentropy(&f.file.nonce, sizeof(f.file.nonce)))) {
        lws_server_answer(k, 503, lws_span(NULL, 0));
        close(fd);
        return;
    }
    respond(s, k, &f);
}

static void redirect(lws_stream_t *k, const lws_head_t *h, lws_span_t path) {
    uint8_t fields[PATH_MOST * 3 + 64];
    lws_out_t o = lws_out(fields, sizeof(fields));
    LWS_OUT_LIT(&o, "Location: ");
    lws_span_t query = lws_head_span(h, h->query_at, h->query_len);
    lws_mount_put_redirect(&o, path, h->query_at ? query : lws_span(NULL, 0));
    LWS_OUT_LIT(&o, "\r\n");
    lws_response_t r = { .status = 301, .fields = lws_span(fields, o.len) };
    if (o.full || lws_conn_respond(&k->c, &r)) {
        lws_server_answer(k, 404, lws_span(NULL, 0));
    }
}

bool lws_server_file(lws_server_t *s, lws_stream_t *k, const lws_head_t *h) {
    uint8_t decoded[PATH_MOST];
    char name[PATH_MOST];
    lws_span_t rest, raw = lws_head_span(h, h->path_at, h->path_len);
    int n = lws_url_path(decoded, sizeof(decoded), raw);
    if (n < 0) {
        return false;
    }
    lws_span_t path = lws_span(decoded, (size_t)n);
    const lws_mount_t *m = lws_mount_find(s->mounts, s->mount_count, path, &rest);
    if (!m) {
        return false;
    }
    int len = lws_mount_join(name, sizeof(name), m, rest);
    struct stat st;
    int fd = len < 0 ? -1 : open(name, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &st)) {
        lws_server_answer(k, fd < 0 && errno == EACCES ? 403 : 404, lws_span(NULL, 0));
    } else if (S_ISREG(st.st_mode)) {
        send_file(s, k, h, &st, fd, lws_span(name, (size_t)len));
        return true;
    } else if (S_ISDIR(st.st_mode) && path.p[path.n - 1] != '/') {
        redirect(k, h, path);
    } else {
        lws_server_answer(k, 404, lws_span(NULL, 0));
    }
    if (fd >= 0) {
        close(fd);
    }
    return true;
}
