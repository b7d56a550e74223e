// The output queue: gathering, lending, streams that take little, limits, corks inside corks.
#include "support/effort.h"
#include "support/fake_pump.h"
#include "support/room.h"
#include "support/test_mem.h"
#include "unity.h"

#define GET(path) "GET " path " HTTP/1.1\r\nHost: a\r\n\r\n"
#define HEAD_5 "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"
#define HEAD_600 "HTTP/1.1 200 OK\r\nContent-Length: 600\r\n\r\n"
#define NOTHING lws_span(NULL, 0)
#define LARGE 600           // is lent
#define HUGE_BODY 5000      // does not fit scratch
#define WANT_ROOM 24000

static fp_t p;
static test_mem_t mem;
static fp_conn_t *k, *other;
static uint8_t *large;
static uint8_t *want;
static size_t want_n;

static int respond(fp_conn_t *conn, lws_span_t body) {
    lws_response_t r = { .status = 200, .body = body, .length = body.n };
    return lws_conn_respond(&conn->c, &r);
}

// Every path is one way to write.
static void on_event(fp_conn_t *conn, const lws_event_t *ev) {
    if (ev->type != LWS_EV_REQUEST) {
        return;
    }
    const lws_head_t *h = lws_event_head(ev);
    lws_span_t path = lws_head_span(h, h->path_at, h->path_len);
    lws_response_t r = { .status = 200, .chunked = true, .body = lws_span(large, LARGE) };
    switch (path.p[1]) {
        case 's':
            respond(conn, LWS_LIT("small"));
            break;
        case 'l':
            respond(conn, lws_span(large, LARGE));
            break;
        case 'h':
            respond(conn, lws_span(large, HUGE_BODY));
            break;
        case 'c':
            lws_conn_respond(&conn->c, &r);
            lws_conn_body(&conn->c, LWS_LIT("tail"), true);
            break;
        case 'C':
            r.body = lws_span(large, HUGE_BODY);
            lws_conn_respond(&conn->c, &r);
            lws_conn_body(&conn->c, lws_span(large, HUGE_BODY), true);
            break;
    }
}

static void open_pump(void) {
    ROOM(large, HUGE_BODY);
    ROOM(want, WANT_ROOM);
    for (size_t i = 0; i < HUGE_BODY; i++) {
        large[i] = (uint8_t)('a' + i % 23);
    }
    test_mem_init(&mem, 0);
    fp_init(&p, &mem.mem, on_event, NULL);
    k = fp_open(&p, &lws_role_h1);
    other = fp_open(&p, &lws_role_raw);
    want_n = 0;
}

static void close_pump(void) {
    fp_close(&p);
    TEST_ASSERT_NO_LEAK(&mem);
}

static void expect(const void *bytes, size_t n) {
    TEST_ASSERT_TRUE(want_n + n <= WANT_ROOM);
    memcpy(want + want_n, bytes, n);
    want_n += n;
}

#define EXPECT(text) expect((text), sizeof(text) - 1)

static void check_output(void) {
    FP_OUT_BYTES(k, want, want_n);
    want_n = 0;
}

// ---- gathering and lending

static void test_answers_gather(void) {
    open_pump();
    FP_FEED(k, GET("/s") GET("/s") GET("/s"));
    EXPECT(HEAD_5 "small" HEAD_5 "small" HEAD_5 "small");
    check_output();
    TEST_ASSERT_EQUAL_INT(1, k->writes);
    TEST_ASSERT_EQUAL_INT(0, mem.calls);
    close_pump();
}

static void test_large_body_is_lent(void) {
    open_pump();
    lws_iov_t iov[2];
    FP_FEED(k, GET("/wait"));
    lws_conn_t *outer = fp_begin(k);
    TEST_ASSERT_EQUAL_INT(LWS_OK, respond(k, lws_span(large, LARGE)));
    TEST_ASSERT_EQUAL_INT(2, lws_conn_tx(&k->c, iov));
    TEST_ASSERT_TRUE(iov[0].p == p.scratch);
    TEST_ASSERT_TRUE(iov[1].p == large);
    TEST_ASSERT_EQUAL_INT(iov[0].n + iov[1].n, lws_txq_pending(&k->c));
    fp_end(k, outer);
    EXPECT(HEAD_600);
    expect(large, LARGE);
    check_output();
    TEST_ASSERT_EQUAL_INT(1, k->writes);
    TEST_ASSERT_EQUAL_INT(0, mem.calls);
    close_pump();
}

// What was lent is the connection's own once the flush is over.
static void test_lent_bytes_are_kept(void) {
    uint8_t body[LARGE];
    for (size_t window = 0; window < 700; window += unity_exhaustive ? 1 : 13) {
        open_pump();
        memcpy(body, large, LARGE);
        k->window = window;
        FP_FEED(k, GET("/wait"));
        FP_CALL(k, respond(k, lws_span(body, LARGE)));
        memset(body, 0xdd, LARGE);
        fp_take(k, SIZE_MAX);
        EXPECT(HEAD_600);
        expect(large, LARGE);
        check_output();
        TEST_ASSERT_EQUAL_INT(0, mem.live);
        close_pump();
    }
}

// The mixture of small, lent and too large answers comes out the same whatever the stream takes.
static void mixture(size_t window, size_t step, size_t piece, uint32_t scratch) {
    static const char input[] = GET("/s") GET("/l") GET("/s") GET("/c") GET("/l") GET("/l")
        GET("/h") GET("/s") GET("/C") GET("/s");
    open_pump();
    p.ctx.scratch_cap = scratch;
    k->window = window;
    k->step = step;
    fp_feed_by(k, input, sizeof(input) - 1, piece);
    for (int i = 0; i < 40 && window < want_n; i++) {
        fp_take(k, 1 + (size_t)i * 7);
    }
    fp_take(k, SIZE_MAX);
    EXPECT(HEAD_5 "small" HEAD_600);
    expect(large, LARGE);
    EXPECT(HEAD_5 "small" "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n258\r\n");
    expect(large, LARGE);
    EXPECT("\r\n4\r\ntail\r\n0\r\n\r\n" HEAD_600);
    expect(large, LARGE);
    EXPECT(HEAD_600);
    expect(large, LARGE);
    EXPECT("HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n");
    expect(large, HUGE_BODY);
    EXPECT(HEAD_5 "small" "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1388\r\n");
    expect(large, HUGE_BODY);
    EXPECT("\r\n1388\r\n");
    expect(large, HUGE_BODY);
    EXPECT("\r\n0\r\n\r\n" HEAD_5 "small");
    check_output();
    TEST_ASSERT_TRUE(mem.live <= 1);        // the spare head
    close_pump();
}

static void test_partial_writes_at_every_byte(void) {
    const size_t close = unity_exhaustive ? 1 : 97, far = unity_exhaustive ? 61 : 2003;
    for (size_t window = 0; window < 20000; window += window < 3000 ? close : far) {
        mixture(window, SIZE_MAX, SIZE_MAX / 2, FP_SCRATCH);
    }
}

static void test_small_steps_and_pieces(void) {
    for (size_t step = 1; step < 3000; step += unity_exhaustive ? 97 : 907) {
        mixture(SIZE_MAX, step, SIZE_MAX / 2, FP_SCRATCH);
        mixture(step * 3, step, 13, FP_SCRATCH);
    }
}

static void test_any_scratch(void) {
    const uint32_t close = unity_exhaustive ? 1 : 61, far = unity_exhaustive ? 101 : 499;
    for (uint32_t scratch = 1; scratch <= FP_SCRATCH; scratch += scratch < 300 ? close : far) {
        mixture(SIZE_MAX, SIZE_MAX, SIZE_MAX / 2, scratch);
        mixture(500, 100, 40, scratch);
    }
}

// ---- limits

static fp_conn_t *open_ws(void) {
    fp_conn_t *ws = fp_open(&p, &lws_role_ws);
    ws->window = 0;
    return ws;
}

static int send_to(fp_conn_t *conn, lws_span_t s) {
    int err = LWS_OK;
    FP_CALL(conn, err = lws_conn_send(&conn->c, LWS_WS_BINARY, s, true));
    return err;
}

static void test_max_tx(void) {
    open_pump();
    k = open_ws();
    p.vh.max_tx = 2000;
    size_t header = 4;
    TEST_ASSERT_EQUAL_INT(LWS_OK, send_to(k, lws_span(large, LARGE)));
    TEST_ASSERT_EQUAL_INT(LWS_OK, send_to(k, lws_span(large, LARGE)));
    TEST_ASSERT_EQUAL_INT(LWS_OK, send_to(k, lws_span(large, LARGE)));
    // A frame goes in whole or not at all.
    size_t pending = lws_txq_pending(&k->c);
    TEST_ASSERT_EQUAL_INT(3 * (LARGE + header), pending);
    TEST_ASSERT_EQUAL_INT(LWS_ERR_TOO_BIG, send_to(k, lws_span(large, LARGE)));
    TEST_ASSERT_EQUAL_INT(LWS_ERR_TOO_BIG,
        lws_conn_send(&k->c, LWS_WS_BINARY, lws_span(large, LARGE), true));
    TEST_ASSERT_EQUAL_INT(pending, lws_txq_pending(&k->c));
    fp_take(k, SIZE_MAX);
    TEST_ASSERT_EQUAL_INT(pending, k->out_n);
    TEST_ASSERT_EQUAL_INT(LWS_OK, send_to(k, lws_span(large, LARGE)));
    close_pump();
}

// One message of any size goes out when nothing else waits.
static void test_one_large_message(void) {
    open_pump();
    k = open_ws();
    p.vh.max_tx = 2000;
    TEST_ASSERT_EQUAL_INT(LWS_OK, send_to(k, lws_span(large, HUGE_BODY)));
    TEST_ASSERT_EQUAL_INT(LWS_ERR_TOO_BIG, send_to(k, LWS_LIT("x")));
    fp_take(k, SIZE_MAX);
    TEST_ASSERT_EQUAL_INT(HUGE_BODY + 4, k->out_n);
    k->window = 0;
    TEST_ASSERT_EQUAL_INT(LWS_OK,
        lws_conn_send(&k->c, LWS_WS_BINARY, lws_span(large, HUGE_BODY), true));
    close_pump();
}

static void test_beyond_what_can_be_kept(void) {
    open_pump();
    static const size_t sizes[] = { LWS_TXQ_MAX + 1, UINT32_MAX, SIZE_MAX };
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        lws_span_t s = lws_span(large, sizes[i]);
        TEST_ASSERT_EQUAL_INT(LWS_ERR_TOO_BIG, lws_conn_send(&other->c, 0, s, true));
    }
    TEST_ASSERT_EQUAL_INT(0, lws_txq_pending(&other->c));
    close_pump();
}

// An answer that does not fit may be tried again.
static void test_answer_waits_for_room(void) {
    open_pump();
    p.vh.max_tx = 1000;
    k->window = 0;
    FP_FEED(k, GET("/s") GET("/wait"));
    FP_CALL(k, TEST_ASSERT_EQUAL_INT(LWS_ERR_TOO_BIG, respond(k, lws_span(large, 1000))));
    TEST_ASSERT_TRUE(k->open);
    fp_take(k, SIZE_MAX);
    FP_CALL(k, TEST_ASSERT_EQUAL_INT(LWS_OK, respond(k, lws_span(large, LARGE))));
    EXPECT(HEAD_5 "small" HEAD_600);
    expect(large, LARGE);
    check_output();
    // and so may a piece of a body
    FP_FEED(k, GET("/wait"));
    k->window = 0;
    lws_response_t r = { .status = 200, .length = 1200, .body = lws_span(large, LARGE) };
    FP_CALL(k, TEST_ASSERT_EQUAL_INT(LWS_OK, lws_conn_respond(&k->c, &r)));
    lws_span_t rest = lws_span(large, LARGE);
    FP_CALL(k, TEST_ASSERT_EQUAL_INT(LWS_ERR_TOO_BIG, lws_conn_body(&k->c, rest, true)));
    fp_take(k, SIZE_MAX);
    FP_CALL(k, TEST_ASSERT_EQUAL_INT(LWS_OK, lws_conn_body(&k->c, rest, true)));
    EXPECT("HTTP/1.1 200 OK\r\nContent-Length: 1200\r\n\r\n");
    expect(large, LARGE);
    expect(large, LARGE);
    check_output();
    close_pump();
}

// Memory with no block above 300 bytes: output for a peer that takes little, and input that must
// wait, are kept in pieces.
static void *holes_resize(void *user, void *q, size_t old_size, size_t size) {
    const lws_mem_t *m = user;
    return size > 300 && size != sizeof(lws_head_t) ? NULL : lws_mem_resize(m, q, old_size, size);
}

static void test_memory_full_of_holes(void) {
    open_pump();
    lws_mem_t holes = { holes_resize, &mem.mem };
    p.ctx.mem = holes;
    k->window = 0;
    FP_FEED(k, GET("/wait") GET("/h") GET("/s"));
    FP_CALL(k, respond(k, lws_span(large, HUGE_BODY)));
    fp_take(k, 1);
    TEST_ASSERT_TRUE(lws_txq_pending(&k->c) > HUGE_BODY);
    fp_take(k, SIZE_MAX);
    for (int i = 0; i < 2; i++) {
        EXPECT("HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n");
        expect(large, HUGE_BODY);
    }
    EXPECT(HEAD_5 "small");
    check_output();
    TEST_ASSERT_TRUE(k->open);
    p.ctx.mem = mem.mem;
    close_pump();
}

// A peer that sends requests and reads no answers is not served for ever.
static void test_backpressure(void) {
    open_pump();
    p.vh.max_tx = 4096;
    k->window = 0;
    for (int i = 0; i < 20; i++) {
        FP_FEED(k, GET("/l"));
    }
    TEST_ASSERT_EQUAL_INT(LWS_WANT_WRITE | LWS_WANT_READ, lws_conn_want(&k->c) | LWS_WANT_READ);
    TEST_ASSERT_TRUE(lws_txq_pending(&k->c) < 4096);
    TEST_ASSERT_TRUE(k->c.held.used > 0);
    TEST_ASSERT_EQUAL_INT(2, p.vh.requests);
    fp_take(k, 700);
    TEST_ASSERT_EQUAL_INT(3, p.vh.requests);
    fp_take(k, SIZE_MAX);
    TEST_ASSERT_EQUAL_INT(20, p.vh.requests);
    TEST_ASSERT_EQUAL_INT(20 * (LARGE + sizeof(HEAD_600) - 1), k->out_n);
    TEST_ASSERT_EQUAL_INT(sizeof(lws_head_t), mem.live_bytes);      // the context's spare one
    close_pump();
}

// ---- corks in corks

static const char *script;

// Calls between connections from inside an event, as the script says: a and b write to k and to
// the other, A and B do it in a cork of their own, in which the rest of the script runs.
static void on_script(fp_conn_t *conn, const lws_event_t *ev) {
    (void)ev;
    static const uint8_t *const text = (const uint8_t *)"abBA";
    lws_span_t s = conn == k ? LWS_LIT("*") : LWS_LIT("#");
    lws_conn_send(&conn->c, 0, s, true);
    while (*script) {
        char step = *script++;
        fp_conn_t *to = step == 'a' || step == 'A' ? k : other;
        lws_span_t letter = lws_span(memchr(text, step, 4), 1);
        lws_span_t data = step == 'A' || step == 'B' ? lws_span(large, LARGE) : letter;
        if (step == 'a' || step == 'b') {     // without a cork, flushed afterwards
            lws_conn_send(&to->c, 0, letter, true);
            if (to != conn) {
                FP_CALL(to, (void)0);
            }
        } else {
            FP_CALL(to, {
                lws_conn_send(&to->c, 0, letter, true);
                lws_conn_send(&to->c, 0, data, true);
                on_script(to, ev);
            });
        }
    }
}

// What each connection must have sent for a script, in the order of the calls.
static void model(const char *s, bool on_k, fp_conn_t *which) {
    fp_conn_t *now = on_k ? k : other;
    if (now == which) {
        expect(now == k ? "*" : "#", 1);
    }
    for (; *s; s++) {
        fp_conn_t *to = *s == 'a' || *s == 'A' ? k : other;
        if (to == which) {
            expect(s, 1);
        }
        if (*s == 'A' || *s == 'B') {
            if (to == which) {
                expect(large, LARGE);
            }
            model(s + 1, to == k, which);
            return;
        }
    }
}

static void nested(const char *steps, size_t window) {
    open_pump();
    p.on = on_script;
    k = fp_open(&p, &lws_role_raw);
    k->window = other->window = window;
    script = steps;
    FP_FEED(k, "x");
    fp_take(k, SIZE_MAX);
    fp_take(other, SIZE_MAX);
    fp_conn_t *first = k;
    model(steps, true, first);
    check_output();
    want_n = 0;
    model(steps, true, other);
    FP_OUT_BYTES(other, want, want_n);
    close_pump();
}

static void test_corks_nest(void) {
    static const char *const scripts[] = {
        "a", "b", "B", "A", "aB", "Ba", "BAB", "aBa", "ABab", "BbAaBbAa", "bBaAbB", "AAA", "BBB",
        "abABabAB",
    };
    static const size_t windows[] = { SIZE_MAX, 0, 1, 2, 3, 600, 601, 602, 603, 700, 1203 };
    for (size_t i = 0; i < sizeof(scripts) / sizeof(scripts[0]); i++) {
        for (size_t j = 0; j < sizeof(windows) / sizeof(windows[0]); j++) {
            nested(scripts[i], windows[j]);
        }
    }
}

// A fragmented message lies in memory of its connection while its handler writes to others and
// back.
static void on_message(fp_conn_t *conn, const lws_event_t *ev) {
    if (ev->type == LWS_EV_MESSAGE) {
        FP_CALL(other, {
            lws_conn_send(&other->c, 0, ev->data, true);
            FP_CALL(conn, lws_conn_send(&conn->c, LWS_WS_BINARY, ev->data, true));
        });
        lws_conn_send(&conn->c, LWS_WS_BINARY, ev->data, true);
    }
}

static void test_event_outlives_nested_turns(void) {
    uint8_t wire[LARGE + 64];
    open_pump();
    p.on = on_message;
    k = fp_open(&p, &lws_role_ws);
    size_t n = fp_frame(wire, 0x02, large, 300);
    n += fp_frame(wire + n, 0x80, large + 300, 300);
    fp_feed_by(k, wire, n, 50);
    for (int i = 0; i < 2; i++) {
        EXPECT("\x82\x7e\x02\x58");
        expect(large, LARGE);
    }
    check_output();
    FP_OUT_BYTES(other, large, LARGE);
    TEST_ASSERT_EQUAL_INT(0, mem.live);
    close_pump();
}

int main(void) {
    UNITY_BEGIN();
    RUN_TEST(test_answers_gather);
    RUN_TEST(test_large_body_is_lent);
    RUN_TEST(test_lent_bytes_are_kept);
    RUN_TEST(test_partial_writes_at_every_byte);
    RUN_TEST(test_small_steps_and_pieces);
    RUN_TEST(test_any_scratch);
    RUN_TEST(test_max_tx);
    RUN_TEST(test_one_large_message);
    RUN_TEST(test_beyond_what_can_be_kept);
    RUN_TEST(test_answer_waits_for_room);
    RUN_TEST(test_memory_full_of_holes);
    RUN_TEST(test_backpressure);
    RUN_TEST(test_corks_nest);
    RUN_TEST(test_event_outlives_nested_turns);
    return UNITY_END();
}
