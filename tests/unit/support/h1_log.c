#include "support/h1_log.h"

#include "unity.h"

static uint32_t sum(const uint8_t *p, size_t n) {
    uint32_t s = 2166136261u;
    for (size_t i = 0; i < n; i++) {
        s = (s ^ p[i]) * 16777619u;
    }
    return s;
}

void h1_log_open(void *user) {
    h1_log_t *t = user;
    if (!t->mem) {
        test_mem_init(&t->tm, 0);
    }
    memset(&t->head, 0xaa, sizeof(t->head));    // nothing may depend on what was there
    lws_h1_init(&t->x, t->mem ? t->mem : &t->tm.mem, t->limits, t->response);
    t->x.head = &t->head;
    t->x.no_body = t->no_body;
    t->x.connect = t->connect;
    t->err = 0;
    t->in_body = false;
}

static void log_start_line(const lws_head_t *h, bool response, evlog_t *log) {
    static const char *const forms[] = { "", "[absolute ", "[authority ", "[asterisk" };
    if (response) {
        evlog_int(log, h->status);
        evlog_str(log, " \"");
        evlog_span(log, lws_head_span(h, h->reason_at, h->reason_len));
        evlog_str(log, "\"");
    } else {
        evlog_span(log, lws_head_span(h, h->method_at, h->method_len));
        evlog_str(log, " ");
        evlog_str(log, forms[h->target]);
        evlog_span(log, lws_head_span(h, h->authority_at, h->authority_len));
        evlog_str(log, h->target == LWS_TARGET_ORIGIN ? "" : "] ");
        evlog_span(log, lws_head_span(h, h->path_at, h->path_len));
        evlog_str(log, h->query_at ? "?" : "");
        evlog_span(log, lws_head_span(h, h->query_at, h->query_len));
    }
    evlog_str(log, h->minor ? " HTTP/1.1" : " HTTP/1.0");
}

static void log_head(const lws_head_t *h, bool response, evlog_t *log) {
    log_start_line(h, response, log);
    evlog_str(log, h->flags & LWS_HEAD_KEEP_ALIVE ? " keep-alive" : "");
    evlog_str(log, h->flags & LWS_HEAD_CHUNKED ? " chunked" : "");
    evlog_str(log, h->flags & LWS_HEAD_EXPECT ? " expect" : "");
    evlog_str(log, h->flags & LWS_HEAD_UPGRADE ? " upgrade" : "");
    evlog_str(log, h->flags & LWS_HEAD_UNTIL_CLOSE ? " until-close" : "");
    if (h->flags & LWS_HEAD_HAS_LENGTH) {
        evlog_str(log, " length=");
        evlog_int(log, (int64_t)h->content_length);
    }
    evlog_str(log, "\n");
    uint8_t seen[LWS_HDR_COUNT] = { 0 };
    for (size_t i = 0; i < h->count; i++) {
        const lws_header_t *f = &h->headers[i];
        lws_span_t name = lws_head_span(h, f->name, f->name_len);
        evlog_str(log, "  ");
        evlog_span(log, name);
        evlog_str(log, ": ");
        evlog_span(log, lws_head_span(h, f->value, f->value_len));
        evlog_str(log, "\n");
        TEST_ASSERT_EQUAL_INT(lws_hdr_id(name), f->id);
        seen[f->id] = seen[f->id] ? seen[f->id] : (uint8_t)(i + 1);
    }
    TEST_ASSERT_EQUAL_MEMORY(seen, h->known, sizeof(seen));
}

static void log_error(h1_log_t *t, int err, evlog_t *log) {
    static const char *const names[] = {
        "OK", "PROTO ", "TOO_BIG ", "STATE ", "NOSPC ", "NOMEM ", "CLOSED ", "UNSUPPORTED ",
    };
    t->err = err;
    evlog_str(log, names[-err]);
    evlog_int(log, t->x.status);
    evlog_str(log, "\n");
}

static void log_event(h1_log_t *t, const lws_h1_event_t *ev, evlog_t *log) {
    if (t->in_body && ev->type != LWS_H1_BODY && ev->type != LWS_H1_NONE) {
        evlog_str(log, "\n");
        t->in_body = false;
    }
    switch (ev->type) {
        case LWS_H1_NONE:
            break;
        case LWS_H1_HEAD:
            TEST_ASSERT(ev->head == &t->head);
            log_head(ev->head, t->response, log);
            t->sum = t->head.base == t->x.acc ? sum(t->head.base, t->head.len) : 0;
            break;
        case LWS_H1_BODY:
            TEST_ASSERT(ev->data.n > 0);
            evlog_str(log, t->in_body ? "" : "BODY ");
            evlog_span(log, ev->data);
            t->in_body = true;
            break;
        case LWS_H1_TRAILER:
            evlog_str(log, "TRAILER ");
            evlog_span(log, ev->name);
            evlog_str(log, ": ");
            evlog_span(log, ev->data);
            evlog_str(log, "\n");
            break;
        case LWS_H1_END:
            evlog_str(log, "END\n");
            TEST_ASSERT(lws_h1_idle(&t->x));
            TEST_ASSERT(!t->sum || t->sum == sum(t->head.base, t->head.len));
            memset(&t->head, 0xaa, sizeof(t->head));
            t->sum = 0;
            break;
    }
}

void h1_log_feed(void *user, uint8_t *buf, size_t n, evlog_t *log) {
    h1_log_t *t = user;
    lws_h1_event_t ev;
    size_t at = 0;
    if (t->err) {
        TEST_ASSERT_EQUAL_INT(LWS_ERR_STATE, lws_h1_rx(&t->x, buf, n, &ev));
        return;
    }
    do {
        int used = lws_h1_rx(&t->x, buf + at, n - at, &ev);
        if (used < 0) {
            if (t->in_body) {
                evlog_str(log, "\n");
            }
            log_error(t, used, log);
            return;
        }
        TEST_ASSERT((size_t)used <= n - at);
        at += (size_t)used;
        TEST_ASSERT(ev.type != LWS_H1_NONE || at == n);
        log_event(t, &ev, log);
    } while (ev.type != LWS_H1_NONE);
}

void h1_log_close(void *user, evlog_t *log) {
    h1_log_t *t = user;
    bool ended;
    int err = lws_h1_eof(&t->x, &ended);
    if (!t->err) {
        evlog_str(log, t->in_body ? "\n" : "");
        evlog_str(log, ended ? "EOF END\n" : err ? "EOF inside a message\n" : "");
    }
    lws_h1_free(&t->x);
    if (!t->mem) {
        test_mem_check_empty(&t->tm, __LINE__);
    }
}

void h1_expect(const h1_kind_t *kind, const void *text, size_t n, const char *log, int line) {
    static h1_log_t t;      // too large for the stack of a board
    split_case_t c = { h1_log_open, h1_log_feed, h1_log_close, &t };
    memset(&t, 0, sizeof(t));
    t.response = kind->response;
    t.no_body = kind->no_body;
    t.connect = kind->connect;
    t.limits = kind->limits;
    split_check(&c, text, n, line);
    unity_equal_str(log, split_log(), line, "the log");
}
