// Whole conversations: cut in any way, with streams that take any amount, they give the same
// output; and with any one allocation failing only their own connection suffers.
#include "support/effort.h"
#include "support/fake_pump.h"
#include "support/room.h"
#include "support/test_mem.h"
#include "unity.h"

#define HOST " HTTP/1.1\r\nHost: example\r\n"
#define HELLO "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
#define KEY "dGhlIHNhbXBsZSBub25jZQ=="
#define NOTHING lws_span(NULL, 0)
#define BODY_ROOM 4096
#define LARGE 3000
#define CONNS 2
#define TALK_ROOM 8000
#define OUTPUT_ROOM 24000

static fp_t p;
static uint8_t *large;
static uint8_t *talk;
static size_t talk_n;

// What the application keeps for a connection.
typedef struct app {
    uint8_t body[BODY_ROOM];
    size_t n;
    bool owes;
} app_t;

static app_t *apps;

static app_t *app_of(const fp_conn_t *k) {
    return &apps[k - p.conns];
}

// An application that cannot answer gives the connection up.
static void check(fp_conn_t *k, int err) {
    if (err) {
        TEST_ASSERT_TRUE(err == LWS_ERR_NOMEM || err == LWS_ERR_CLOSED);
        lws_conn_abort(&k->c);
    }
}

static void answer(fp_conn_t *k, lws_span_t body) {
    lws_response_t r = { .status = 200, .body = body, .length = body.n };
    check(k, lws_conn_respond(&k->c, &r));
}

static void answer_in_chunks(fp_conn_t *k) {
    lws_response_t r = { .status = 200, .chunked = true, .body = LWS_LIT("first") };
    check(k, lws_conn_respond(&k->c, &r));
    if (k->c.state == LWS_CONN_OPEN) {
        check(k, lws_conn_body(&k->c, lws_span(large, LARGE), false));
    }
    if (k->c.state == LWS_CONN_OPEN) {
        check(k, lws_conn_body(&k->c, NOTHING, true));
    }
}

static void on_request(fp_conn_t *k, const lws_event_t *ev) {
    const lws_head_t *h = lws_event_head(ev);
    lws_span_t path = lws_head_span(h, h->path_at, h->path_len);
    app_of(k)->n = 0;
    if (ev->code == 101) {
        lws_span_t key = lws_head_get(lws_event_head(ev), LWS_HDR_SEC_WEBSOCKET_KEY);
        check(k, lws_conn_websocket(&k->c, key, LWS_LIT("echo"), NOTHING));
    } else if (lws_span_eq(path, LWS_LIT("/"))) {
        answer(k, LWS_LIT("hello"));
    } else if (lws_span_eq(path, LWS_LIT("/large"))) {
        answer(k, lws_span(large, LARGE));
    } else if (lws_span_eq(path, LWS_LIT("/chunks"))) {
        answer_in_chunks(k);
    } else if (lws_span_eq(path, LWS_LIT("/late"))) {
        app_of(k)->owes = true;
    } else if (!ev->more) {
        answer(k, path);            // lies in the request's head
    }
}

static void on_event(fp_conn_t *k, const lws_event_t *ev) {
    app_t *a = app_of(k);
    if (ev->type == LWS_EV_REQUEST) {
        on_request(k, ev);
    } else if (ev->type == LWS_EV_BODY && !a->owes) {
        TEST_ASSERT_TRUE(a->n + ev->data.n <= BODY_ROOM);
        memcpy(a->body + a->n, ev->data.p, ev->data.n);
        a->n += ev->data.n;
        if (ev->final) {
            answer(k, lws_span(a->body, a->n));
        }
    } else if (ev->type == LWS_EV_MESSAGE) {
        check(k, lws_conn_send(&k->c, (uint8_t)ev->code, ev->data, true));
    }
}

static void answer_late(fp_conn_t *k) {
    if (k->open && app_of(k)->owes) {
        app_of(k)->owes = false;
        FP_CALL(k, answer(k, LWS_LIT("late")));
    }
}

// ---- what is said

static void add(const char *text) {
    memcpy(talk + talk_n, text, strlen(text));
    talk_n += strlen(text);
}

static void add_frame(uint8_t byte0, size_t n) {
    talk_n += fp_frame(talk + talk_n, byte0, large, n);
}

static void http_talk(void) {
    add("GET /" HOST "\r\n");
    add("GET /late" HOST "X-Padding: 0123456789\r\n\r\n");
    add("HEAD /large" HOST "\r\n");
    add("GET /large" HOST "\r\n");
    add("POST /echo" HOST "Content-Length: 11\r\n\r\nhello world");
    add("POST /late" HOST "Content-Length: 4\r\n\r\nlate");
    add("POST /echo" HOST "Transfer-Encoding: chunked\r\n\r\n");
    add("4\r\nabcd\r\n3;x\r\nefg\r\n0\r\nX-T: y\r\n\r\n");
    add("POST /large" HOST "Content-Length: 20\r\n\r\n01234567890123456789");
    add("\r\n" "GET /chunks" HOST "\r\n");
    add("HEAD /chunks" HOST "\r\n");
    add("GET /a/path/in/the/head" HOST "\r\n");
    add("GET /late" HOST "\r\n");
    add("GET /" HOST "Connection: close\r\n\r\n");
}

static void websocket_talk(void) {
    add("GET /" HOST "\r\n");
    add("GET /late" HOST "\r\n");
    add("GET /ws" HOST "Upgrade: websocket\r\nConnection: Upgrade\r\n");
    add("Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " KEY "\r\n\r\n");
    add_frame(0x81, 5);
    add_frame(0x02, 300);
    add_frame(0x89, 4);
    add_frame(0x00, 0);
    add_frame(0x80, 700);
    add_frame(0x82, 600);
    add_frame(0x81, 3000);
    add_frame(0x8a, 2);
    add_frame(0x81, 0);
    talk_n += fp_frame(talk + talk_n, 0x88, "\x03\xe8" "bye", 5);
}

static void broken_talk(void) {
    add("GET /" HOST "\r\n");
    add("GET /late" HOST "\r\n");
    add("POST /echo" HOST "Transfer-Encoding: chunked\r\n\r\n3\r\nabcX");
}

typedef void (*talk_t)(void);

static const talk_t talks[] = { http_talk, websocket_talk, broken_talk };
#define TALKS (sizeof(talks) / sizeof(talks[0]))

static void begin(const lws_mem_t *mem, size_t which) {
    ROOM(large, LARGE);
    ROOM(talk, TALK_ROOM);
    ROOM(apps, CONNS * sizeof(*apps));
    for (size_t i = 0; i < LARGE; i++) {
        large[i] = (uint8_t)('a' + i % 23);
    }
    memset(apps, 0, CONNS * sizeof(*apps));
    talk_n = 0;
    talks[which]();
    TEST_ASSERT_TRUE(talk_n <= TALK_ROOM);
    fp_init(&p, mem, on_event, NULL);
    p.quiet = true;
}

// ---- splits

static uint32_t rng;

static uint32_t below(uint32_t n) {
    rng = rng * 1664525u + 1013904223u;
    return (uint32_t)(((uint64_t)rng * n) >> 32);
}

static void say_whole(fp_conn_t *k) {
    fp_feed(k, talk, talk_n);
    for (int i = 0; i < 10; i++) {
        answer_late(k);
    }
}

static void say_at_random(fp_conn_t *k) {
    size_t most = 1 + below(below(4) ? 40 : 4000);
    for (size_t i = 0; i < talk_n && k->open;) {
        size_t n = 1 + below((uint32_t)most);
        n = n < talk_n - i ? n : talk_n - i;
        k->step = 1 + below(5000);
        if (below(4) == 0) {
            k->window = below(100);
        }
        fp_feed(k, talk + i, n);
        i += n;
        if (below(8) == 0) {
            answer_late(k);
        }
        if (below(4) == 0) {
            fp_take(k, below(3) ? below(300) : SIZE_MAX);
        }
    }
    for (int i = 0; i < 10; i++) {
        answer_late(k);
        fp_take(k, SIZE_MAX);
    }
}

static void test_splits_do_not_matter(void) {
    static uint8_t *want;
    const uint32_t runs = unity_exhaustive ? 400 : 12;
    ROOM(want, OUTPUT_ROOM);
    for (size_t which = 0; which < TALKS; which++) {
        size_t want_n = 0;
        for (uint32_t run = 0; run < runs; run++) {
            test_mem_t mem;
            test_mem_init(&mem, 0);
            begin(&mem.mem, which);
            fp_conn_t *k = fp_open(&p, &lws_role_h1);
            rng = run;
            if (run == 0) {
                say_whole(k);
                want_n = k->out_n;
                TEST_ASSERT_TRUE(want_n > 100 && want_n <= OUTPUT_ROOM);
                memcpy(want, k->out, want_n);
            } else {
                say_at_random(k);
            }
            TEST_ASSERT_TRUE(!k->open || k->c.state == LWS_CONN_DRAINING);
            FP_OUT_BYTES(k, want, want_n);
            fp_close(&p);
            TEST_ASSERT_NO_LEAK(&mem);
        }
    }
}

static void test_byte_by_byte(void) {
    for (size_t which = 0; which < TALKS; which++) {
        test_mem_t mem;
        test_mem_init(&mem, 0);
        begin(&mem.mem, which);
        fp_conn_t *whole = fp_open(&p, &lws_role_h1), *k = fp_open(&p, &lws_role_h1);
        say_whole(whole);
        for (size_t i = 0; i < talk_n; i++) {
            fp_feed(k, talk + i, 1);
            answer_late(k);
        }
        FP_OUT_BYTES(k, whole->out, whole->out_n);
        fp_close(&p);
        TEST_ASSERT_NO_LEAK(&mem);
    }
}

// ---- memory that runs out

static size_t sweep_talk, sweep_piece;

static void sweep(void *user, const lws_mem_t *mem, bool failing) {
    size_t *died = user;
    begin(mem, sweep_talk);
    fp_conn_t *other = fp_open(&p, &lws_role_h1), *k = fp_open(&p, &lws_role_h1);
    FP_FEED(other, "GET /late" HOST "\r\n");
    for (size_t i = 0; i < talk_n && k->open; i += sweep_piece) {
        k->window = 20;
        fp_feed(k, talk + i, talk_n - i < sweep_piece ? talk_n - i : sweep_piece);
        fp_take(k, 1000);
        answer_late(k);
        fp_take(k, SIZE_MAX);
    }
    for (int i = 0; i < 10; i++) {
        answer_late(k);
        fp_take(k, SIZE_MAX);
    }
    // It went on or it died; nothing in between.
    bool ended = !k->open || k->c.state == LWS_CONN_DRAINING;
    TEST_ASSERT_TRUE(ended);
    *died += !k->open && k->failed;
    if (!failing) {
        TEST_ASSERT_EQUAL_INT(0, *died);
    }
    // The others live on.
    answer_late(other);
    FP_FEED(other, "GET /" HOST "\r\n");
    FP_OUT(other, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nlate" HELLO);
    fp_close(&p);
}

static void test_every_allocation_fails_once(void) {
    static const size_t pieces[] = { 1, 7, 50, 999, SIZE_MAX / 2 };
    for (sweep_talk = 0; sweep_talk < TALKS; sweep_talk++) {
        for (size_t i = !unity_exhaustive; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
            size_t died = 0;
            sweep_piece = pieces[i];
            test_mem_sweep(sweep, &died);
            TEST_ASSERT_TRUE(died > 0);
        }
    }
}

int main(void) {
    UNITY_BEGIN();
    RUN_TEST(test_splits_do_not_matter);
    RUN_TEST(test_byte_by_byte);
    RUN_TEST(test_every_allocation_fails_once);
    return UNITY_END();
}
