// WebSocket over the core: the handshake as a change of role, messages, both closing handshakes,
// broken peers (RFC 6455).
#include "support/effort.h"
#include "support/fake_pump.h"
#include "support/room.h"
#include "support/test_mem.h"
#include "unity.h"

#define KEY "dGhlIHNhbXBsZSBub25jZQ=="
#define UPGRADE "Upgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"
#define VERSION "Sec-WebSocket-Version: 13\r\n"
#define GET "GET /ws HTTP/1.1\r\nHost: a\r\n"
#define REQUEST GET UPGRADE "Sec-WebSocket-Key: " KEY "\r\n" VERSION "\r\n"
#define ACCEPTED "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n" \
    "Connection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
#define NOTHING lws_span(NULL, 0)

static fp_t p;
static test_mem_t mem;
static fp_conn_t *k;
static bool by_hand;        // the test answers the handshake
static bool silent;         // no echo
static uint8_t *wire;
static size_t wire_n, wire_cap;

static int upgrade(void) {
    return lws_conn_websocket(&k->c, LWS_LIT(KEY), NOTHING, NOTHING);
}

static void on_event(fp_conn_t *conn, const lws_event_t *ev) {
    k = conn;
    if (ev->type == LWS_EV_REQUEST && !by_hand) {
        TEST_ASSERT_EQUAL_INT(101, ev->code);
        TEST_ASSERT_EQUAL_INT(LWS_OK, upgrade());
        lws_span_t key = lws_head_get(lws_event_head(ev), LWS_HDR_SEC_WEBSOCKET_KEY);
        TEST_ASSERT_EQUAL_TEXT(KEY, key.p, key.n);
    } else if (ev->type == LWS_EV_MESSAGE && !silent) {
        uint8_t opcode = !ev->first ? LWS_WS_CONT : (uint8_t)ev->code;
        lws_conn_send(&conn->c, opcode, ev->data, ev->final);
    }
}

static void close_pump(void) {
    fp_close(&p);
    TEST_ASSERT_NO_LEAK(&mem);
}

static void open_pump(void) {
    by_hand = silent = false;
    room_grow(&wire, &wire_cap, sizeof(REQUEST));
    wire_n = 0;
    test_mem_init(&mem, 0);
    fp_init(&p, &mem.mem, on_event, NULL);
    k = fp_open(&p, &lws_role_h1);
}

// An open WebSocket, its handshake forgotten.
static void open_ws(void) {
    open_pump();
    FP_FEED(k, REQUEST);
    TEST_ASSERT_TRUE(k->c.role == &lws_role_ws);
    fp_forget(k);
    FP_LOG(&p, "1 REQUEST GET /ws ws=101\n");
}

static void add(uint8_t byte0, const void *payload, size_t n) {
    room_grow(&wire, &wire_cap, wire_n + LWS_WS_MAX_HEADER + n);
    wire_n += fp_frame(wire + wire_n, byte0, payload, n);
}

static void send_added(void) {
    fp_feed(k, wire, wire_n);
    wire_n = 0;
}

#define SEND(byte0, text) (add((byte0), (text), sizeof(text) - 1), send_added())

// ---- the opening handshake

static void test_handshake(void) {
    open_pump();
    FP_FEED(k, REQUEST);
    FP_OUT(k, ACCEPTED "\r\n");
    TEST_ASSERT_EQUAL_INT(1, k->writes);
    TEST_ASSERT_EQUAL_INT(1, p.vh.requests);
    TEST_ASSERT_EQUAL_INT(0, mem.live);
    close_pump();
}

// Each head has memory of its own, which the upgrade lets go of only after the event.
static void test_handshakes_in_pieces(void) {
    open_pump();
    fp_conn_t *other = fp_open(&p, &lws_role_h1), *first = k;
    size_t half = sizeof(REQUEST) / 2;
    FP_FEED(other, REQUEST);
    fp_forget(other);
    fp_feed(first, REQUEST, half);
    other = fp_open(&p, &lws_role_h1);
    fp_feed(other, REQUEST, half);
    fp_feed(first, REQUEST + half, sizeof(REQUEST) - 1 - half);
    FP_OUT(first, ACCEPTED "\r\n");
    fp_feed(other, REQUEST + half, sizeof(REQUEST) - 1 - half);
    FP_OUT(other, ACCEPTED "\r\n");
    close_pump();
}

static void test_handshake_with_protocol_and_fields(void) {
    open_pump();
    by_hand = true;
    FP_FEED(k, REQUEST);
    TEST_ASSERT_EQUAL_INT(LWS_ERR_STATE,
        lws_conn_websocket(&k->c, LWS_LIT("short"), NOTHING, NOTHING));
    TEST_ASSERT_EQUAL_INT(LWS_ERR_STATE,
        lws_conn_websocket(&k->c, LWS_LIT(KEY), LWS_LIT("a\r\nX: y"), NOTHING));
    FP_CALL(k, lws_conn_websocket(&k->c, LWS_LIT(KEY), LWS_LIT("chat"), LWS_LIT("X-A: 1\r\n")));
    FP_OUT(k, ACCEPTED "Sec-WebSocket-Protocol: chat\r\nX-A: 1\r\n\r\n");
    TEST_ASSERT_EQUAL_INT(LWS_ERR_STATE, upgrade());
    close_pump();
}

// Frames that came before the late answer wait for it.
static void test_late_handshake(void) {
    open_pump();
    by_hand = true;
    memcpy(wire, REQUEST, sizeof(REQUEST) - 1);
    wire_n = sizeof(REQUEST) - 1;
    add(0x81, "hi", 2);
    send_added();
    SEND(0x81, "there");
    FP_LOG(&p, "1 REQUEST GET /ws ws=101\n");
    FP_CALL(k, upgrade());
    FP_OUT(k, ACCEPTED "\r\n\x81\x02hi\x81\x05there");
    FP_LOG(&p, "1 MESSAGE text hi\n1 MESSAGE text there\n");
    TEST_ASSERT_EQUAL_INT(0, mem.live);
    close_pump();
}

static void test_handshake_of_a_half_closed_peer(void) {
    open_pump();
    by_hand = true;
    FP_FEED(k, REQUEST);
    fp_eof(k);
    TEST_ASSERT_TRUE(k->open);
    FP_CALL(k, upgrade());
    FP_OUT(k, ACCEPTED "\r\n");
    TEST_ASSERT_FALSE(k->open);
    close_pump();
}

static void expect_code(const char *request, int code) {
    open_pump();
    by_hand = true;
    fp_feed(k, request, strlen(request));
    TEST_ASSERT_TRUE(p.log.n > 0);
    p.log.text[p.log.n - 1] = 0;
    const char *at = strstr(p.log.text, " ws=");
    int got = 0;
    for (at = at ? at + 4 : ""; *at; at++) {
        got = got * 10 + *at - '0';
    }
    TEST_ASSERT_EQUAL_INT(code, got);
    close_pump();
}

static void test_requests_that_are_no_handshake(void) {
    expect_code(GET "\r\n", 0);
    expect_code(GET "Upgrade: h2c\r\nConnection: Upgrade\r\n\r\n", 0);
    expect_code(GET UPGRADE "\r\n", 400);
    expect_code(GET UPGRADE "Sec-WebSocket-Key: " KEY "\r\n"
        "Sec-WebSocket-Version: 8\r\n\r\n", 426);
    expect_code("POST /ws HTTP/1.1\r\nHost: a\r\n" UPGRADE "Sec-WebSocket-Key: " KEY "\r\n" VERSION
        "\r\n", 400);
    // A field that may not be repeated, and two that may.
    expect_code(GET UPGRADE "Sec-WebSocket-Key: " KEY "\r\n" VERSION
        "Sec-WebSocket-Key: " KEY "\r\n\r\n", 400);
    expect_code(GET "Upgrade: x/1\r\nUpgrade: WebSocket\r\n"
        "Connection: keep-alive\r\nConnection: upgrade\r\n" VERSION
        "Sec-WebSocket-Key: " KEY "\r\n\r\n", 101);
}

static void test_handshake_with_a_body_is_none(void) {
    open_pump();
    by_hand = true;
    FP_FEED(k, GET "Content-Length: 2\r\n" UPGRADE "Sec-WebSocket-Key: " KEY
        "\r\n" VERSION "\r\n");
    TEST_ASSERT_EQUAL_INT(LWS_ERR_STATE, upgrade());
    close_pump();
}

// ---- messages

static void test_echo(void) {
    open_ws();
    SEND(0x81, "hello");
    FP_OUT(k, "\x81\x05hello");
    SEND(0x82, "\xff\x01");
    FP_OUT(k, "\x82\x02\xff\x01");
    SEND(0x81, "");
    FP_OUT_BYTES(k, "\x81\x00", 2);
    FP_LOG(&p, "1 MESSAGE text hello\n1 MESSAGE binary \\xff\\x01\n1 MESSAGE text\n");
    TEST_ASSERT_EQUAL_INT(0, mem.calls);
    close_pump();
}

// Many messages in one read are answered in one write.
static void test_echo_of_many(void) {
    open_ws();
    size_t writes = k->writes;
    add(0x81, "a", 1);
    add(0x81, "bc", 2);
    add(0x89, "?", 1);
    add(0x81, "d", 1);
    send_added();
    FP_OUT(k, "\x81\x01" "a\x81\x02" "bc\x8a\x01?\x81\x01" "d");
    TEST_ASSERT_EQUAL_INT(writes + 1, k->writes);
    close_pump();
}

// Echoes of messages as large as they are lent: of the read buffer, of memory of the parser's own.
static void test_echo_of_large_messages(void) {
    static const size_t sizes[] = { 125, 126, 511, 512, 513, 2040, 2048, 4096, 65535, 65536 };
    static uint8_t *data;
    size_t most = unity_exhaustive ? 65536 : 4096;
    ROOM(data, most);
    memset(data, 'x', most);
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]) && sizes[i] <= most; i++) {
        for (int cut = 0; cut < 3; cut++) {
            uint8_t head[LWS_WS_MAX_HEADER];
            size_t n = sizes[i], head_n = lws_ws_put_header(head, LWS_WS_TEXT, true, n, NULL);
            open_ws();
            add(0x81, data, n);
            if (cut == 2) {
                add(0x81, data, n);     // the first echo is still lent when the second comes
            }
            fp_feed(k, wire, cut ? wire_n / 2 : wire_n);
            fp_feed(k, wire + wire_n / 2, cut ? wire_n - wire_n / 2 : 0);
            TEST_ASSERT_EQUAL_INT((head_n + n) * (cut == 2 ? 2 : 1), k->out_n);
            TEST_ASSERT_EQUAL_MEMORY(head, k->out, head_n);
            TEST_ASSERT_EQUAL_MEMORY(data, k->out + head_n, n);
            TEST_ASSERT_EQUAL_MEMORY(data, k->out + k->out_n - n, n);
            TEST_ASSERT_EQUAL_INT(0, mem.live);
            close_pump();
        }
    }
}

static void test_fragments_across_turns(void) {
    open_ws();
    SEND(0x01, "he");
    SEND(0x00, "ll");
    SEND(0x89, "ping");         // between fragments
    FP_OUT(k, "\x8a\x04ping");
    SEND(0x80, "o");
    FP_OUT(k, "\x81\x05hello");
    TEST_ASSERT_EQUAL_INT(0, mem.live);
    add(0x02, "ab", 2);
    add(0x80, "cd", 2);
    fp_feed_by(k, wire, wire_n, 1);
    FP_OUT(k, "\x82\x04" "abcd");
    FP_LOG(&p, "1 MESSAGE text hello\n1 MESSAGE binary abcd\n");
    TEST_ASSERT_EQUAL_INT(0, mem.live);
    close_pump();
}

static void test_chunk_mode(void) {
    open_pump();
    p.ws.chunks = true;
    FP_FEED(k, REQUEST);
    fp_forget(k);
    p.log.n = 0;
    add(0x81, "hello", 5);
    fp_feed(k, wire, 8);
    FP_LOG(&p, "1 MESSAGE text more he\n");
    FP_OUT(k, "\x01\x02he");
    fp_feed(k, wire + 8, wire_n - 8);
    FP_LOG(&p, "1 MESSAGE text cont llo\n");
    FP_OUT(k, "\x80\x03llo");
    TEST_ASSERT_EQUAL_INT(0, mem.calls);
    close_pump();
}

static void test_chunk_mode_from_now_on(void) {
    open_ws();
    SEND(0x81, "whole");
    SEND(0x01, "he");
    TEST_ASSERT_FALSE(lws_conn_chunks(&k->c));      // inside a message
    SEND(0x80, "llo");
    TEST_ASSERT_TRUE(lws_conn_chunks(&k->c));
    SEND(0x01, "he");
    SEND(0x80, "llo");
    FP_LOG(&p, "1 MESSAGE text whole\n1 MESSAGE text hello\n1 MESSAGE text more he\n"
        "1 MESSAGE text cont llo\n");
    close_pump();
    open_pump();
    TEST_ASSERT_FALSE(lws_conn_chunks(&k->c));
    close_pump();
}

static void test_pong_is_told(void) {
    open_ws();
    SEND(0x8a, "x");
    FP_LOG(&p, "1 PONG x\n");
    FP_OUT(k, "");
    close_pump();
}

static void test_what_can_be_sent(void) {
    static const uint8_t long_ping[126];
    open_ws();
    FP_CALL(k, lws_conn_send(&k->c, LWS_WS_PING, LWS_LIT("p"), true));
    FP_OUT(k, "\x89\x01p");
    FP_CALL(k, lws_conn_send(&k->c, LWS_WS_TEXT, LWS_LIT("a"), false));
    FP_CALL(k, lws_conn_send(&k->c, LWS_WS_PONG, NOTHING, true));
    TEST_ASSERT_EQUAL_INT(LWS_ERR_STATE, lws_conn_send(&k->c, LWS_WS_TEXT, LWS_LIT("b"), true));
    FP_CALL(k, lws_conn_send(&k->c, LWS_WS_CONT, LWS_LIT("b"), true));
    FP_OUT_BYTES(k, "\x01\x01" "a\x8a\x00\x80\x01" "b", 8);
    TEST_ASSERT_EQUAL_INT(LWS_ERR_STATE, lws_conn_send(&k->c, LWS_WS_CONT, LWS_LIT("c"), true));
    TEST_ASSERT_EQUAL_INT(LWS_ERR_STATE, lws_conn_send(&k->c, LWS_WS_CLOSE, NOTHING, true));
    TEST_ASSERT_EQUAL_INT(LWS_ERR_STATE, lws_conn_send(&k->c, 3, NOTHING, true));
    TEST_ASSERT_EQUAL_INT(LWS_ERR_STATE, lws_conn_send(&k->c, LWS_WS_PING, NOTHING, false));
    TEST_ASSERT_EQUAL_INT(LWS_ERR_STATE,
        lws_conn_send(&k->c, LWS_WS_PING, lws_span(long_ping, sizeof(long_ping)), true));
    lws_response_t r = { .status = 200 };
    TEST_ASSERT_EQUAL_INT(LWS_ERR_STATE, lws_conn_respond(&k->c, &r));
    TEST_ASSERT_EQUAL_INT(LWS_ERR_STATE, lws_conn_body(&k->c, NOTHING, true));
    FP_OUT(k, "");
    close_pump();
}

// ---- closing

static void test_peer_closes(void) {
    open_ws();
    SEND(0x88, "\x03\xe8" "bye");
    FP_OUT(k, "\x88\x02\x03\xe8");
    FP_LOG(&p, "1 CLOSED 1000 bye\n1 GONE 1000\n");
    TEST_ASSERT_FALSE(k->open);
    close_pump();
}

static void test_peer_closes_without_a_code(void) {
    open_ws();
    SEND(0x88, "");
    FP_OUT_BYTES(k, "\x88\x00", 2);
    FP_LOG(&p, "1 CLOSED 1005\n1 GONE 1005\n");
    close_pump();
}

static void test_peer_closes_and_sends_on(void) {
    open_ws();
    add(0x88, "\x03\xe8", 2);
    add(0x81, "more", 4);
    send_added();
    FP_OUT(k, "\x88\x02\x03\xe8");
    FP_LOG(&p, "1 CLOSED 1000\n");
    TEST_ASSERT_EQUAL_INT(LWS_CONN_DRAINING, k->c.state);
    close_pump();
}

static void test_we_close(void) {
    open_ws();
    FP_CALL(k, lws_conn_close(&k->c, 4000, LWS_LIT("enough")));
    FP_OUT(k, "\x88\x08\x0f\xa0" "enough");
    TEST_ASSERT_EQUAL_INT(LWS_ERR_CLOSED, lws_conn_send(&k->c, LWS_WS_TEXT, LWS_LIT("x"), true));
    FP_CALL(k, lws_conn_close(&k->c, 1000, NOTHING));       // twice is fine
    SEND(0x81, "crossing");
    SEND(0x89, "?");
    FP_OUT(k, "");
    FP_LOG(&p, "");
    TEST_ASSERT_TRUE(k->open);
    SEND(0x88, "\x0f\xa0");
    FP_OUT(k, "");
    FP_LOG(&p, "1 CLOSED 4000\n1 GONE 4000\n");
    close_pump();
}

static void test_closes_cross(void) {
    open_ws();
    FP_CALL(k, lws_conn_close(&k->c, 0, NOTHING));
    FP_OUT(k, "\x88\x02\x03\xe8");
    SEND(0x88, "\x0f\xa1");
    FP_LOG(&p, "1 CLOSED 4001\n1 GONE 4001\n");
    close_pump();
    open_ws();
    FP_CALL(k, lws_conn_close(&k->c, 4002, NOTHING));
    SEND(0x88, "");
    FP_LOG(&p, "1 CLOSED 4002\n1 GONE 4002\n");
    close_pump();
}

static void test_close_while_input_is_held(void) {
    open_ws();
    lws_conn_hold(&k->c, true);
    SEND(0x81, "never read");
    SEND(0x88, "\x03\xe8");
    FP_LOG(&p, "");
    FP_CALL(k, lws_conn_close(&k->c, 0, NOTHING));
    FP_LOG(&p, "1 CLOSED 1000\n1 GONE 1000\n");
    FP_OUT(k, "\x88\x02\x03\xe8");
    close_pump();
}

static void test_close_with_a_long_reason(void) {
    static uint8_t reason[124];
    memset(reason, 'r', sizeof(reason));
    open_ws();
    FP_CALL(k, lws_conn_close(&k->c, 1000, lws_span(reason, 124)));
    FP_OUT(k, "\x88\x02\x03\xe8");      // it does not fit, the code does
    close_pump();
}

static void test_peer_goes_without_a_word(void) {
    open_ws();
    SEND(0x01, "unfinished");
    fp_eof(k);
    FP_LOG(&p, "1 GONE failed 1006\n");
    close_pump();
    open_ws();
    fp_reset(k);
    FP_LOG(&p, "1 GONE failed 1006\n");
    close_pump();
}

// A reset, or a write that fails: the owner aborts.
static void test_connection_breaks(void) {
    open_ws();
    lws_conn_abort(&k->c);
    TEST_ASSERT_EQUAL_INT(LWS_WS_ABNORMAL, k->c.close_code);
    close_pump();
    open_ws();
    FP_CALL(k, lws_conn_send(&k->c, LWS_WS_TEXT, LWS_LIT("a"), false));
    SEND(0x81, "b");
    lws_conn_abort(&k->c);
    TEST_ASSERT_EQUAL_INT(LWS_WS_ABNORMAL, k->c.close_code);
    close_pump();
    open_ws();
    lws_conn_close(&k->c, 4001, NOTHING);       // said, but not answered
    lws_conn_abort(&k->c);
    TEST_ASSERT_EQUAL_INT(4001, k->c.close_code);
    close_pump();
    open_ws();
    SEND(0x88, "\x03\xe9");
    TEST_ASSERT_EQUAL_INT(1001, k->close_code);
    close_pump();
    open_pump();                                // before it is one
    lws_conn_abort(&k->c);
    TEST_ASSERT_EQUAL_INT(0, k->c.close_code);
    close_pump();
}

static void test_peer_goes_after_our_close(void) {
    open_ws();
    FP_CALL(k, lws_conn_close(&k->c, 1001, NOTHING));
    fp_eof(k);
    FP_LOG(&p, "1 GONE 1001\n");
    close_pump();
}

// Closed from inside a message's event: what follows in the same read is not told.
static void on_event_close(fp_conn_t *conn, const lws_event_t *ev) {
    on_event(conn, ev);
    if (ev->type == LWS_EV_MESSAGE) {
        lws_conn_close(&conn->c, 1000, NOTHING);
    }
}

static void test_close_inside_an_event(void) {
    open_ws();
    p.on = on_event_close;
    add(0x81, "a", 1);
    add(0x81, "b", 1);
    add(0x88, "\x03\xe8", 2);
    send_added();
    FP_OUT(k, "\x81\x01" "a\x88\x02\x03\xe8");
    FP_LOG(&p, "1 MESSAGE text a\n1 CLOSED 1000\n1 GONE 1000\n");
    close_pump();
}

// ---- broken peers

static void refused(const void *bytes, size_t n, const char *close, const char *log) {
    for (int byte_by_byte = 0; byte_by_byte < 2; byte_by_byte++) {
        open_ws();
        p.ws.max_message = 100;
        fp_feed_by(k, bytes, n, byte_by_byte ? 1 : n);
        FP_OUT(k, close);
        FP_LOG(&p, log);
        TEST_ASSERT_EQUAL_INT(LWS_CONN_DRAINING, k->c.state);
        TEST_ASSERT_EQUAL_INT(LWS_CONN_FAILED, k->c.flags & LWS_CONN_FAILED);
        fp_eof(k);
        TEST_ASSERT_FALSE(k->open);
        close_pump();
    }
}

static void test_protocol_errors(void) {
    static const uint8_t unmasked[] = { 0x81, 0x01, 'a' };
    refused(unmasked, sizeof(unmasked), "\x88\x02\x03\xea", "1 CLOSED 1002\n");
    wire_n = fp_frame(wire, 0xc1, "a", 1);
    refused(wire, wire_n, "\x88\x02\x03\xea", "1 CLOSED 1002\n");       // RSV1
    wire_n = fp_frame(wire, 0x83, "a", 1);
    refused(wire, wire_n, "\x88\x02\x03\xea", "1 CLOSED 1002\n");       // unknown opcode
    wire_n = fp_frame(wire, 0x80, "a", 1);
    refused(wire, wire_n, "\x88\x02\x03\xea", "1 CLOSED 1002\n");       // continues nothing
    wire_n = fp_frame(wire, 0x81, "\xc3\x28", 2);
    refused(wire, wire_n, "\x88\x02\x03\xef", "1 CLOSED 1007\n");       // not UTF-8
    wire_n = fp_frame(wire, 0x88, "\x03\xed", 2);
    refused(wire, wire_n, "\x88\x02\x03\xea", "1 CLOSED 1002\n");       // 1005 on the wire
}

static void test_message_too_big(void) {
    static uint8_t data[200];
    open_pump();
    p.ws.max_message = 100;
    FP_FEED(k, REQUEST);
    fp_forget(k);
    p.log.n = 0;
    add(0x82, data, 100);
    send_added();
    p.log.n = 0;
    fp_forget(k);
    add(0x82, data, 101);
    send_added();
    FP_OUT(k, "\x88\x02\x03\xf1");
    FP_LOG(&p, "1 CLOSED 1009\n");
    close_pump();
}

static void test_error_after_our_close(void) {
    open_ws();
    FP_CALL(k, lws_conn_close(&k->c, 1000, NOTHING));
    FP_OUT(k, "\x88\x02\x03\xe8");
    SEND(0x83, "a");
    FP_OUT(k, "");
    TEST_ASSERT_EQUAL_INT(LWS_CONN_DRAINING, k->c.state);
    close_pump();
}

int main(void) {
    UNITY_BEGIN();
    RUN_TEST(test_handshake);
    RUN_TEST(test_handshakes_in_pieces);
    RUN_TEST(test_handshake_with_protocol_and_fields);
    RUN_TEST(test_late_handshake);
    RUN_TEST(test_handshake_of_a_half_closed_peer);
    RUN_TEST(test_requests_that_are_no_handshake);
    RUN_TEST(test_handshake_with_a_body_is_none);
    RUN_TEST(test_echo);
    RUN_TEST(test_echo_of_many);
    RUN_TEST(test_echo_of_large_messages);
    RUN_TEST(test_fragments_across_turns);
    RUN_TEST(test_chunk_mode);
    RUN_TEST(test_chunk_mode_from_now_on);
    RUN_TEST(test_pong_is_told);
    RUN_TEST(test_what_can_be_sent);
    RUN_TEST(test_peer_closes);
    RUN_TEST(test_peer_closes_without_a_code);
    RUN_TEST(test_peer_closes_and_sends_on);
    RUN_TEST(test_we_close);
    RUN_TEST(test_closes_cross);
    RUN_TEST(test_close_while_input_is_held);
    RUN_TEST(test_close_with_a_long_reason);
    RUN_TEST(test_peer_goes_without_a_word);
    RUN_TEST(test_connection_breaks);
    RUN_TEST(test_peer_goes_after_our_close);
    RUN_TEST(test_close_inside_an_event);
    RUN_TEST(test_protocol_errors);
    RUN_TEST(test_message_too_big);
    RUN_TEST(test_error_after_our_close);
    return UNITY_END();
}
