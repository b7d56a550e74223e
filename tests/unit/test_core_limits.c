// Limits of the core: connections, held input, memory of an idle connection.
#include "support/fake_pump.h"
#include "support/test_mem.h"
#include "unity.h"

#define HOST " HTTP/1.1\r\nHost: a\r\n"
#define HELLO "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"

static fp_t p;
static test_mem_t mem;
static fp_conn_t *k;
static unsigned owed;

static int hello(void) {
    lws_response_t r = { .status = 200, .body = LWS_LIT("hello"), .length = 5 };
    return lws_conn_respond(&k->c, &r);
}

static void on_event(fp_conn_t *conn, const lws_event_t *ev) {
    k = conn;
    if (ev->type == LWS_EV_REQUEST) {
        const lws_head_t *h = lws_event_head(ev);
        lws_span_t path = lws_head_span(h, h->path_at, h->path_len);
        owed++;
        if (lws_span_eq(path, LWS_LIT("/"))) {
            owed--;
            TEST_ASSERT_EQUAL_INT(LWS_OK, hello());
        }
    }
}

static void open_pump(void) {
    owed = 0;
    test_mem_init(&mem, 0);
    fp_init(&p, &mem.mem, on_event, NULL);
}

static void close_pump(void) {
    fp_close(&p);
    TEST_ASSERT_NO_LEAK(&mem);
}

static void test_max_conns(void) {
    open_pump();
    p.vh.max_conns = 3;
    fp_conn_t *a = fp_open(&p, &lws_role_h1), *b = fp_open(&p, &lws_role_h1);
    TEST_ASSERT_FALSE(lws_vhost_full(&p.vh));
    TEST_ASSERT_NOT_NULL(fp_open(&p, &lws_role_ws));
    TEST_ASSERT_TRUE(lws_vhost_full(&p.vh));
    TEST_ASSERT_NULL(fp_open(&p, &lws_role_h1));
    FP_FEED(a, "GET /" HOST "\r\n");
    FP_OUT(a, HELLO);
    fp_eof(b);
    TEST_ASSERT_NOT_NULL(fp_open(&p, &lws_role_h1));
    TEST_ASSERT_NULL(fp_open(&p, &lws_role_h1));
    TEST_ASSERT_EQUAL_INT(3, p.ctx.conns);
    close_pump();
}

// Who goes for a newcomer: kept alive and silent for longest, then who never asked.
static void test_idlest(void) {
    open_pump();
    TEST_ASSERT_NULL(lws_vhost_idlest(&p.vh));
    fp_conn_t *fresh = fp_open(&p, &lws_role_h1), *early = fp_open(&p, &lws_role_h1);
    fp_conn_t *late = fp_open(&p, &lws_role_h1), *part = fp_open(&p, &lws_role_h1);
    fp_conn_t *waits = fp_open(&p, &lws_role_h1);
    fp_open(&p, &lws_role_ws);
    fp_open(&p, &lws_role_raw);
    TEST_ASSERT_NULL(lws_vhost_idlest(&p.vh));          // nobody is that old
    fp_pass(&p, 10000);
    FP_FEED(late, "GET /" HOST "\r\n");
    FP_FEED(early, "GET /" HOST "\r\n");
    FP_FEED(part, "GET /" HOST "\r\nGET");
    FP_FEED(waits, "GET /wait" HOST "\r\n");
    fp_pass(&p, LWS_FRESH_MS * 1000ull - 11000);
    FP_FEED(late, "GET /" HOST "\r\n");
    TEST_ASSERT_TRUE(lws_vhost_idlest(&p.vh) == &early->c);
    lws_conn_hold(&early->c, true);
    TEST_ASSERT_TRUE(lws_vhost_idlest(&p.vh) == &late->c);
    fp_reset(late);
    TEST_ASSERT_NULL(lws_vhost_idlest(&p.vh));
    fp_pass(&p, 1000);
    TEST_ASSERT_TRUE(lws_vhost_idlest(&p.vh) == &fresh->c);
    close_pump();
}

static void test_two_vhosts(void) {
    lws_vhost_t second;
    lws_conn_t c;
    open_pump();
    lws_vhost_init(&second, &p.ctx, "second");
    second.max_conns = 1;
    memset(&c, 0, sizeof(c));
    TEST_ASSERT_EQUAL_INT(LWS_OK, lws_conn_open(&c, &second, &lws_role_h1));
    TEST_ASSERT_NOT_NULL(fp_open(&p, &lws_role_h1));
    TEST_ASSERT_EQUAL_INT(2, p.ctx.conns);
    TEST_ASSERT_EQUAL_INT(1, second.conns);
    TEST_ASSERT_TRUE(second.first == &c && !c.next && !c.prev);
    lws_conn_free(&c);
    TEST_ASSERT_EQUAL_INT(1, p.ctx.conns);
    TEST_ASSERT_NULL(second.first);
    close_pump();
}

static void test_connections_leave_the_list_in_any_order(void) {
    static const uint8_t orders[][4] = {
        { 0, 1, 2, 3 }, { 3, 2, 1, 0 }, { 1, 2, 0, 3 }, { 2, 0, 3, 1 },
    };
    for (size_t i = 0; i < sizeof(orders) / sizeof(orders[0]); i++) {
        fp_conn_t *c[4];
        open_pump();
        for (int j = 0; j < 4; j++) {
            c[j] = fp_open(&p, &lws_role_h1);
            TEST_ASSERT_EQUAL_INT(j + 1, c[j]->c.id);
        }
        for (int j = 0; j < 4; j++) {
            fp_reset(c[orders[i][j]]);      // checks the list
        }
        close_pump();
    }
}

// A client that pipelines beyond measure is not read until its answers are out.
static void test_held_input(void) {
    char flood[1000];
    open_pump();
    k = fp_open(&p, &lws_role_h1);
    FP_FEED(k, "GET /late" HOST "\r\n");
    memset(flood, 'x', sizeof(flood));
    memcpy(flood, "GET / HTTP/1.1\r\nHost: a\r\nX: ", 28);
    memcpy(flood + sizeof(flood) - 4, "\r\n\r\n", 4);
    size_t n = 0;
    while (lws_conn_want(&k->c) & LWS_WANT_READ) {
        fp_feed(k, flood, sizeof(flood));
        n++;
    }
    TEST_ASSERT_EQUAL_INT(5, n);        // LWS_CONN_MAX_HELD, and what was under way
    TEST_ASSERT_EQUAL_INT(5000, k->c.held.used);
    TEST_ASSERT_EQUAL_INT(0, lws_conn_want(&k->c));
    FP_CALL(k, hello());
    FP_OUT(k, HELLO HELLO HELLO HELLO HELLO HELLO);
    TEST_ASSERT_EQUAL_INT(LWS_WANT_READ, lws_conn_want(&k->c));
    TEST_ASSERT_EQUAL_INT(0, k->c.held.used);
    close_pump();
}

static void test_hold(void) {
    open_pump();
    k = fp_open(&p, &lws_role_raw);
    lws_conn_hold(&k->c, true);
    FP_FEED(k, "ab");
    FP_FEED(k, "cd");
    FP_LOG(&p, "");
    FP_CALL(k, lws_conn_hold(&k->c, false));
    FP_LOG(&p, "1 BODY abcd\n");
    FP_FEED(k, "ef");
    FP_LOG(&p, "1 BODY ef\n");
    close_pump();
}

// Held inside an event: the rest of the read waits.
static void on_hold(fp_conn_t *conn, const lws_event_t *ev) {
    on_event(conn, ev);
    lws_conn_hold(&conn->c, true);
}

static void test_hold_inside_an_event(void) {
    open_pump();
    p.on = on_hold;
    k = fp_open(&p, &lws_role_h1);
    FP_FEED(k, "GET /" HOST "\r\nGET /" HOST "\r\nGET /" HOST "\r\n");
    for (int i = 0; i < 3; i++) {
        FP_OUT(k, HELLO);
        FP_CALL(k, lws_conn_hold(&k->c, false));
    }
    FP_OUT(k, "");
    close_pump();
}

// Between messages a connection owns no memory beyond its struct.
static void test_idle_connections_own_nothing(void) {
    static const char input[] = "POST /late" HOST "Content-Length: 3\r\nX: y\r\n\r\nabc"
        "GET / HTTP/1.1\r\n";
    static const char rest[] = "Host: a\r\n\r\n";
    open_pump();
    for (int i = 0; i < 6; i++) {
        fp_conn_t *c = fp_open(&p, &lws_role_h1);
        c->window = 7;
        fp_feed_by(c, input, sizeof(input) - 1, 9);
        FP_CALL(c, hello());
        FP_FEED(c, rest);
        fp_take(c, SIZE_MAX);
        FP_OUT(c, HELLO HELLO);
        TEST_ASSERT_TRUE(mem.live <= 1);
        TEST_ASSERT_TRUE(mem.live == 0 || p.ctx.spare != NULL);
        TEST_ASSERT_TRUE(mem.live_bytes <= sizeof(lws_head_t));
    }
    close_pump();
}

static void test_bodies_in_pieces_leave_nothing(void) {
    fp_conn_t *c[4];
    open_pump();
    for (int i = 0; i < 4; i++) {
        c[i] = fp_open(&p, &lws_role_h1);
        FP_FEED(c[i], "POST /late" HOST "Content-Length: 3\r\n\r\n");
    }
    for (int i = 0; i < 4; i++) {
        FP_FEED(c[i], "abc");
        TEST_ASSERT_TRUE(mem.live <= (size_t)(i < 3 ? 4 - i : 1));
        k = c[i];
        FP_CALL(k, hello());
        FP_OUT(k, HELLO);
    }
    TEST_ASSERT_EQUAL_INT(1, mem.live);     // the spare head
    close_pump();
}

// Two connections in the middle of their heads do not get in each other's way.
static void test_heads_in_pieces_take_turns(void) {
    static const char input[] = "GET /" HOST "X-Long: 0123456789\r\n\r\n";
    open_pump();
    fp_conn_t *a = fp_open(&p, &lws_role_h1), *b = fp_open(&p, &lws_role_h1);
    for (int round = 0; round < 3; round++) {
        for (size_t i = 0; i < sizeof(input) - 1; i++) {
            fp_feed(a, input + i, 1);
            fp_feed(b, input + i, 1);
        }
        FP_OUT(a, HELLO);
        FP_OUT(b, HELLO);
    }
    TEST_ASSERT_EQUAL_INT(1, mem.live);
    close_pump();
}

int main(void) {
    UNITY_BEGIN();
    RUN_TEST(test_max_conns);
    RUN_TEST(test_idlest);
    RUN_TEST(test_two_vhosts);
    RUN_TEST(test_connections_leave_the_list_in_any_order);
    RUN_TEST(test_held_input);
    RUN_TEST(test_hold);
    RUN_TEST(test_hold_inside_an_event);
    RUN_TEST(test_idle_connections_own_nothing);
    RUN_TEST(test_bodies_in_pieces_leave_nothing);
    RUN_TEST(test_heads_in_pieces_take_turns);
    return UNITY_END();
}
