// A pump over memory for tests of the core: it does with a connection what conn.h says, has a
// clock that stands still until it is moved, streams that take as much as the test allows, and
// keeps all output and a log of events.
//
//     fp_t p; fp_conn_t *k;
//     fp_init(&p, &mem, on_event, user);  k = fp_open(&p, &lws_role_h1);
//     FP_FEED(k, "GET / HTTP/1.1\r\n..."); FP_OUT(k, "HTTP/1.1 200 OK\r\n..."); FP_LOG(&p, "...");
//     fp_close(&p);
#ifndef TESTS_UNIT_FAKE_PUMP_H
#define TESTS_UNIT_FAKE_PUMP_H

#include "lws/core/http_client.h"
#include "lws/core/ws.h"
#include "support/split.h"

#define FP_CONNS 16
#define FP_SCRATCH 2048

typedef struct fp fp_t;

typedef struct fp_conn {
    lws_conn_t c;           // first: a connection is an fp_conn_t
    fp_t *p;
    bool open;              // the stream is
    uint8_t depth;          // turns of it under way: it is not closed inside of one
    size_t window;          // bytes that the stream still takes
    size_t step;            // bytes that it takes in one write
    uint8_t *out;           // what it took
    size_t out_n, out_cap;
    size_t writes;
    bool failed;            // when it was closed: LWS_CONN_FAILED
    uint16_t close_code;    // when it was closed
    lws_http_fault_t fault; // when it was closed
} fp_conn_t;

typedef void (*fp_on_t)(fp_conn_t *k, const lws_event_t *ev);

// Static, for it has room of the test.
struct fp {
    lws_context_t ctx;
    lws_vhost_t vh;
    lws_http_settings_t http, http_client;
    lws_ws_settings_t ws;
    fp_on_t on;
    void *user;
    size_t count;           // of conns, open and closed
    uint8_t *scratch;
    bool quiet;             // no log
    // from here on: the room of the test
    fp_conn_t *conns;       // FP_CONNS of them
    evlog_t log;
};

void fp_init(fp_t *p, const lws_mem_t *mem, fp_on_t on, void *user);
// Closes all streams and checks that nothing is left of any connection.
void fp_close(fp_t *p);
// NULL when the vhost is full.
fp_conn_t *fp_open(fp_t *p, const lws_role_t *role);
// A turn with so many bytes of input; they lie in a buffer of their own that is gone afterwards.
void fp_feed(fp_conn_t *k, const void *bytes, size_t n);
// The same in pieces of `piece` bytes, each in its own turn.
void fp_feed_by(fp_conn_t *k, const void *bytes, size_t n, size_t piece);
void fp_eof(fp_conn_t *k);
// The peer reset the connection.
void fp_reset(fp_conn_t *k);
// The stream takes n more bytes now.
void fp_take(fp_conn_t *k, size_t n);
// Calls from outside a turn, or from a handler of another connection (or of this one): between
// these.
lws_conn_t *fp_begin(fp_conn_t *k);
void fp_end(fp_conn_t *k, lws_conn_t *outer);
// Moves the clock and lets everything that is due expire.
void fp_pass(fp_t *p, uint64_t us);
// What must hold between turns.
void fp_check(const fp_t *p);
// Forgets the output so far.
void fp_forget(fp_conn_t *k);

// Wire helpers: a masked frame into dst; its length.
size_t fp_frame(uint8_t *dst, uint8_t byte0, const void *payload, size_t n);

#define FP_CALL(k, call) do { \
        lws_conn_t *outer_ = fp_begin(k); \
        call; \
        fp_end((k), outer_); \
} while (0)

#define FP_FEED(k, text) fp_feed((k), (text), sizeof(text) - 1)
// The output since the last time is exactly this.
#define FP_OUT(k, text) do { \
        TEST_ASSERT_EQUAL_TEXT((text), (k)->out, (k)->out_n); \
        fp_forget(k); \
} while (0)
#define FP_OUT_BYTES(k, bytes, n) do { \
        TEST_ASSERT_EQUAL_INT((n), (k)->out_n); \
        TEST_ASSERT_EQUAL_MEMORY((bytes), (k)->out, (n)); \
        fp_forget(k); \
} while (0)
// The events since the last time are exactly these.
#define FP_LOG(pump, want) do { \
        TEST_ASSERT_EQUAL_TEXT((want), (pump)->log.text, (pump)->log.n); \
        (pump)->log.n = 0; \
} while (0)

#endif
