// Two of our own talk: a client's connection and a server's, each with what the other wrote, cut
// in any way, by streams that take any amount; and with every allocation failing once.
#include "support/effort.h"
#include "support/fake_pump.h"
#include "support/room.h"
#include "support/test_mem.h"
#include "lws/core/ws_client.h"
#include "unity.h"

#define NOTHING lws_span(NULL, 0)
#define LARGE 1600
#define BODY_ROOM 2048
#define TURNS 200000

static fp_t p;
static fp_conn_t *client, *server;
static uint8_t *large, *body;
static size_t body_n;
static size_t sent[2];              // of the output of each, what the other has got
static unsigned step;               // of the client's script
static evlog_t said;                // what the client was told
static lws_ws_ask_t question;

// Whoever cannot say what it wants to gives the connection up.
static void check(fp_conn_t *k, int err) {
    if (err && k->c.state == LWS_CONN_OPEN) {
        TEST_ASSERT_TRUE(err == LWS_ERR_NOMEM);
        lws_conn_abort(&k->c);
    }
}

// ---- the server: says what it was told

static void on_request(fp_conn_t *k, const lws_event_t *ev) {
    lws_span_t key = lws_head_get(lws_event_head(ev), LWS_HDR_SEC_WEBSOCKET_KEY);
    lws_response_t r = { .status = 200, .body = LWS_LIT("hello"), .length = 5 };
    body_n = 0;
    if (ev->code == 101) {
        check(k, lws_conn_websocket(&k->c, key, LWS_LIT("echo"), NOTHING));
    } else if (!ev->more) {
        check(k, lws_conn_respond(&k->c, &r));
    }
}

static void serve(fp_conn_t *k, const lws_event_t *ev) {
    if (ev->type == LWS_EV_REQUEST) {
        on_request(k, ev);
    } else if (ev->type == LWS_EV_BODY) {
        TEST_ASSERT_TRUE(body_n + ev->data.n <= BODY_ROOM);
        memcpy(body + body_n, ev->data.p, ev->data.n);
        body_n += ev->data.n;
        lws_response_t r = { .status = 200, .chunked = true, .body = lws_span(body, body_n) };
        if (ev->final) {
            check(k, lws_conn_respond(&k->c, &r));
            check(k, lws_conn_body(&k->c, NOTHING, true));
        }
    } else if (ev->type == LWS_EV_MESSAGE) {
        check(k, lws_conn_send(&k->c, (uint8_t)ev->code, ev->data, true));
    }
}

// ---- the client: one thing after another

static const lws_request_t requests[] = {
    { .method = LWS_LIT("GET"), .target = LWS_LIT("/"), .host = LWS_LIT("a") },
    { .method = LWS_LIT("HEAD"), .target = LWS_LIT("/"), .host = LWS_LIT("a") },
    { .method = LWS_LIT("POST"), .target = LWS_LIT("/"), .host = LWS_LIT("a"),
      .body = LWS_LIT("short"), .length = 5 },
    { .method = LWS_LIT("POST"), .target = LWS_LIT("/"), .host = LWS_LIT("a"), .length = LARGE },
    { .method = LWS_LIT("PUT"), .target = LWS_LIT("/"), .host = LWS_LIT("a"), .chunked = true },
    { .method = LWS_LIT("PUT"), .target = LWS_LIT("/"), .host = LWS_LIT("a"), .length = LARGE,
      .expect = true },
};
enum { REQUESTS = sizeof(requests) / sizeof(requests[0]) };

static void ask_next(fp_conn_t *k) {
    if (step == REQUESTS) {
        check(k, lws_conn_websocket_ask(&k->c, &question));
        return;
    }
    const lws_request_t *r = &requests[step];
    check(k, lws_conn_request(&k->c, r));
    if ((r->chunked || r->length == LARGE) && !r->expect && k->c.state == LWS_CONN_OPEN) {
        check(k, lws_conn_body(&k->c, lws_span(large, LARGE), true));
    }
}

static void open_websocket(fp_conn_t *k, const lws_event_t *ev) {
    lws_span_t protocol;
    check(k, lws_conn_websocket_open(&k->c, &question, lws_event_head(ev), &protocol));
    evlog_span(&said, protocol);
    check(k, lws_conn_send(&k->c, LWS_WS_TEXT, LWS_LIT("hi"), true));
    check(k, lws_conn_send(&k->c, LWS_WS_BINARY, lws_span(large, LARGE), false));
    check(k, lws_conn_send(&k->c, LWS_WS_PING, LWS_LIT("p"), true));
    check(k, lws_conn_send(&k->c, LWS_WS_CONT, lws_span(large, 700), true));
}

static void client_is_told(fp_conn_t *k, const lws_event_t *ev) {
    bool over = ev->type == LWS_EV_RESPONSE ? !ev->more : ev->type == LWS_EV_BODY && ev->final;
    if (ev->type == LWS_EV_RESPONSE) {
        evlog_int(&said, ev->code);
        evlog_str(&said, " ");
    } else if (ev->type != LWS_EV_CONTINUE) {
        evlog_span(&said, ev->data);
    }
    if (ev->type == LWS_EV_CONTINUE) {
        check(k, lws_conn_body(&k->c, lws_span(large, LARGE), true));
    } else if (ev->type == LWS_EV_RESPONSE && ev->code == 101) {
        open_websocket(k, ev);
    } else if (over) {
        evlog_str(&said, "\n");
        step++;
        ask_next(k);
    } else if (ev->type == LWS_EV_MESSAGE) {
        evlog_str(&said, "\n");
        if (ev->code == LWS_WS_BINARY) {
            lws_conn_close(&k->c, LWS_WS_NORMAL, LWS_LIT("bye"));
        }
    }
}

static void on_event(fp_conn_t *k, const lws_event_t *ev) {
    if (k == client) {
        client_is_told(k, ev);
    } else {
        serve(k, ev);
    }
}

// ---- the wire

static uint32_t rng;

static uint32_t below(uint32_t n) {
    rng = rng * 1664525u + 1013904223u;
    return (uint32_t)(((uint64_t)rng * n) >> 32);
}

// Brings what is new of from's output to to; its end, when there is no more. False: nothing new.
static bool bring(fp_conn_t *from, fp_conn_t *to, size_t *done, size_t most) {
    size_t n = from->out_n - *done;
    if (n) {
        n = n < most ? n : most;
        *done += n;
        fp_feed(to, from->out + *done - n, n);
        return true;
    }
    if (!from->open && to->open && !(to->c.flags & LWS_CONN_EOF)) {
        fp_eof(to);
        return true;
    }
    return false;
}

static void limit(fp_conn_t *k, bool cut) {
    k->step = cut ? 1 + below(2000) : SIZE_MAX;
    size_t window = below(200);
    if (cut && below(3) == 0 && window < k->window) {
        k->window = window;
    }
}

// Until both have ended, or nothing moves.
static void talk(uint32_t seed, size_t most) {
    rng = seed;
    sent[0] = sent[1] = 0;
    FP_CALL(client, ask_next(client));
    for (int i = 0; i < TURNS && (client->open || server->open); i++) {
        limit(client, seed);
        limit(server, seed);
        bool moved = bring(client, server, &sent[0], seed ? 1 + below((uint32_t)most) : most);
        moved |= bring(server, client, &sent[1], seed ? 1 + below((uint32_t)most) : most);
        if (!moved || below(2)) {
            fp_take(client, SIZE_MAX);
            fp_take(server, SIZE_MAX);
        }
        moved |= sent[0] != client->out_n || sent[1] != server->out_n;
        if (!moved) {
            return;
        }
    }
}

static void begin(const lws_mem_t *mem) {
    ROOM(large, LARGE);
    ROOM(body, BODY_ROOM);
    for (size_t i = 0; i < LARGE; i++) {
        large[i] = (uint8_t)('a' + i % 23);
    }
    evlog_clear(&said);
    step = 0;
    question = (lws_ws_ask_t) {
        .target = LWS_LIT("/ws"), .host = LWS_LIT("a"), .protocols = LWS_LIT("echo"),
    };
    fp_init(&p, mem, on_event, NULL);
    p.quiet = true;
    client = fp_open(&p, &lws_role_h1c);
    server = fp_open(&p, &lws_role_h1);
}

static void check_ends(void) {
    TEST_ASSERT_FALSE(client->open || server->open);
    TEST_ASSERT_FALSE(client->failed || server->failed);
    TEST_ASSERT_EQUAL_INT(LWS_WS_NORMAL, client->close_code);
    TEST_ASSERT_EQUAL_INT(LWS_WS_NORMAL, server->close_code);
}

static void test_any_cut_says_the_same(void) {
    static char *want;
    size_t want_n = 0;
    test_mem_t mem;
    ROOM(want, 8000);
    for (uint32_t run = 0; run < (unity_exhaustive ? 300 : 10); run++) {
        test_mem_init(&mem, 0);
        begin(&mem.mem);
        talk(run, run % 3 ? 50 : 4000);
        check_ends();
        if (run == 0) {
            want_n = said.n;
            TEST_ASSERT_TRUE(want_n > 3 * LARGE && want_n < 8000);
            memcpy(want, said.text, want_n + 1);
        }
        TEST_ASSERT_EQUAL_INT(want_n, said.n);
        TEST_ASSERT_EQUAL_MEMORY(want, said.text, want_n);
        fp_close(&p);
        TEST_ASSERT_NO_LEAK(&mem);
    }
    said.n = 0;
}

static void test_byte_by_byte(void) {
    test_mem_t mem;
    test_mem_init(&mem, 0);
    begin(&mem.mem);
    talk(0, 1);
    check_ends();
    fp_close(&p);
    TEST_ASSERT_NO_LEAK(&mem);
    said.n = 0;
}

// ---- memory that runs out

static size_t piece;

static void sweep(void *user, const lws_mem_t *mem, bool failing) {
    size_t *died = user;
    begin(mem);
    talk(piece, piece);
    // Both went on to the end, or both have ended: nobody waits for one that died.
    TEST_ASSERT_FALSE(client->open || server->open);
    bool whole = !client->failed && !server->failed;
    TEST_ASSERT_TRUE(failing || whole);
    *died += !whole;
    fp_close(&p);
}

static void test_every_allocation_fails_once(void) {
    static const size_t pieces[] = { 5000, 700, 40 };
    for (size_t i = 0; i < (unity_exhaustive ? 3 : 1); i++) {
        size_t died = 0;
        piece = pieces[i];
        test_mem_sweep(sweep, &died);
        TEST_ASSERT_TRUE(died > 0);
    }
    said.n = 0;
}

int main(void) {
    UNITY_BEGIN();
    RUN_TEST(test_any_cut_says_the_same);
    RUN_TEST(test_byte_by_byte);
    RUN_TEST(test_every_allocation_fails_once);
    return UNITY_END();
}
