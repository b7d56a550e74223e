#include "support/asker.h"

#include "support/effort.h"
#include "support/room.h"
#include "unity.h"

asker_t asker;

const lws_request_t asker_get = {
    .method = LWS_LIT("GET"), .target = LWS_LIT("/a?b"), .host = LWS_LIT("box:80"),
};

// What was said, however it was cut.
static void record(const lws_event_t *ev) {
    if (ev->type == LWS_EV_RESPONSE) {
        evlog_int(&asker.said, ev->code);
        evlog_str(&asker.said, ev->more ? " more\n" : "\n");
    } else if (ev->type == LWS_EV_BODY) {
        evlog_span(&asker.said, ev->data);
        evlog_str(&asker.said, ev->final ? " final\n" : "");
    } else {
        evlog_str(&asker.said, "CONTINUE\n");
    }
}

static void on_event(fp_conn_t *conn, const lws_event_t *ev) {
    bool over = ev->type == LWS_EV_RESPONSE ? !ev->more : ev->type == LWS_EV_BODY && ev->final;
    record(ev);
    if (asker.again && over) {
        asker.again = false;
        asker.asked = lws_conn_request(&conn->c, &asker_get);
    }
}

void asker_open_pump(void) {
    asker.again = false;
    evlog_clear(&asker.said);
    test_mem_init(&asker.mem, 0);
    fp_init(&asker.p, &asker.mem.mem, on_event, NULL);
    asker.k = fp_open(&asker.p, &lws_role_h1c);
}

void asker_close_pump(void) {
    fp_close(&asker.p);
    TEST_ASSERT_NO_LEAK(&asker.mem);
}

int asker_ask(const lws_request_t *r) {
    int err;
    FP_CALL(asker.k, err = lws_conn_request(&asker.k->c, r));
    return err;
}

int asker_body(lws_span_t data, bool last) {
    int err;
    FP_CALL(asker.k, err = lws_conn_body(&asker.k->c, data, last));
    return err;
}

lws_request_t asker_with(const char *method) {
    lws_request_t r = asker_get;
    r.method = lws_span(method, strlen(method));
    return r;
}

// A new connection that has asked; the request is forgotten.
void asker_open_asked(const lws_request_t *r) {
    asker_open_pump();
    TEST_ASSERT_EQUAL_INT(LWS_OK, asker_ask(r));
    fp_forget(asker.k);
}

static void tell(const lws_request_t *r, const char *wire, bool eof, size_t piece) {
    asker_open_asked(r);
    fp_feed_by(asker.k, wire, strlen(wire), piece);
    if (eof) {
        fp_eof(asker.k);
    }
    const fp_conn_t *k = asker.k;
    evlog_span(&asker.said, lws_http_fault_text(k->open ? lws_conn_fault(&k->c) : k->fault));
    evlog_str(&asker.said, asker.k->open ? "" : ", gone");
}

void asker_expect_after(const lws_request_t *r, const char *wire, bool eof, const char *log) {
    tell(r, wire, eof, SIZE_MAX / 2);
    FP_LOG(&asker.p, log);
    asker_close_pump();
    static char *whole;
    size_t n = asker.said.n;
    ROOM(whole, 1000);
    TEST_ASSERT_TRUE(n < 1000);
    memcpy(whole, asker.said.text, n + 1);
    for (size_t piece = 1; piece < strlen(wire); piece += unity_exhaustive ? 1 : 7) {
        tell(r, wire, eof, piece);
        TEST_ASSERT_EQUAL_TEXT(whole, asker.said.text, asker.said.n);
        asker_close_pump();
    }
    asker.said.n = 0;
}
