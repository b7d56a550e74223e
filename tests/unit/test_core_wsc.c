// The client's side of WebSocket over the core: the handshake and what may be wrong with it,
// masks, goodbyes (RFC 6455).
#include "support/fake_pump.h"
#include "support/room.h"
#include "support/test_mem.h"
#include "lws/core/ws_client.h"
#include "unity.h"

#define NOTHING lws_span(NULL, 0)
#define LARGE 5000
#define UPGRADED "HTTP/1.1 101 x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"

static fp_t p;
static test_mem_t mem;
static fp_conn_t *k;
static lws_ws_ask_t question;
static int opened;
static lws_span_t protocol;
static char chosen[20];

static void on_event(fp_conn_t *conn, const lws_event_t *ev) {
    if (ev->type == LWS_EV_RESPONSE && ev->code == 101) {
        opened = lws_conn_websocket_open(&conn->c, &question, lws_event_head(ev), &protocol);
        TEST_ASSERT_TRUE(protocol.n < sizeof(chosen));
        memcpy(chosen, protocol.n ? protocol.p : (const uint8_t *)"", protocol.n);
        chosen[protocol.n] = 0;
    }
}

static void open_pump(void) {
    test_mem_init(&mem, 0);
    fp_init(&p, &mem.mem, on_event, NULL);
    k = fp_open(&p, &lws_role_h1c);
    memset(&question, 0, sizeof(question));
    question.target = LWS_LIT("/ws");
    question.host = LWS_LIT("box");
    protocol = NOTHING;
    opened = 1;
}

static void close_pump(void) {
    fp_close(&p);
    TEST_ASSERT_NO_LEAK(&mem);
}

static int ask(void) {
    int err;
    FP_CALL(k, err = lws_conn_websocket_ask(&k->c, &question));
    return err;
}

// The answer to the key that went out, and more fields, and what follows.
static size_t answer(uint8_t *wire, const char *fields) {
    lws_out_t o = lws_out(wire, 500);
    uint8_t accept[LWS_WS_ACCEPT_LEN];
    lws_ws_accept(question.key, accept);
    LWS_OUT_LIT(&o, UPGRADED "Sec-WebSocket-Accept: ");
    lws_out_put(&o, accept, sizeof(accept));
    LWS_OUT_LIT(&o, "\r\n");
    lws_out_put(&o, fields, strlen(fields));
    TEST_ASSERT_FALSE(o.full);
    return o.len;
}

static void feed_answer(const char *fields, size_t piece) {
    uint8_t wire[500];
    size_t n = answer(wire, fields);
    fp_feed_by(k, wire, n, piece);
}

static void open_ws(void) {
    open_pump();
    TEST_ASSERT_EQUAL_INT(LWS_OK, ask());
    feed_answer("\r\n", 500);
    TEST_ASSERT_EQUAL_INT(LWS_OK, opened);
    FP_LOG(&p, "1 RESPONSE 101 x\n");
    fp_forget(k);
}

// ---- the handshake

static void test_the_request(void) {
    open_pump();
    question.protocols = LWS_LIT("chat, echo");
    question.fields = LWS_LIT("Origin: http://box\r\n");
    TEST_ASSERT_EQUAL_INT(LWS_OK, ask());
    static char want[400];
    lws_out_t o = lws_out(want, sizeof(want) - 1);
    LWS_OUT_LIT(&o, "GET /ws HTTP/1.1\r\nHost: box\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ");
    lws_out_put(&o, question.key, LWS_WS_KEY_LEN);
    LWS_OUT_LIT(&o, "\r\nSec-WebSocket-Protocol: chat, echo\r\nOrigin: http://box\r\n\r\n");
    want[o.len] = 0;
    FP_OUT(k, want);
    feed_answer("Sec-WebSocket-Protocol: echo\r\n\r\n", 500);
    TEST_ASSERT_EQUAL_INT(LWS_OK, opened);
    TEST_ASSERT_EQUAL_STRING("echo", chosen);
    close_pump();
}

static void test_what_cannot_be_asked(void) {
    open_pump();
    static char many[LWS_WS_MAX_OFFER + 1];
    memset(many, 'a', sizeof(many));
    question.protocols = lws_span(many, sizeof(many));
    TEST_ASSERT_EQUAL_INT(LWS_ERR_STATE, ask());
    question.protocols = LWS_LIT("a\r\nb");
    TEST_ASSERT_EQUAL_INT(LWS_ERR_STATE, ask());
    question.protocols = lws_span(many, LWS_WS_MAX_OFFER);
    p.ctx.random = NULL;
    TEST_ASSERT_EQUAL_INT(LWS_ERR_STATE, ask());
    TEST_ASSERT_EQUAL_INT(0, k->out_n);
    close_pump();
    open_pump();
    question.protocols = lws_span(many, LWS_WS_MAX_OFFER);
    TEST_ASSERT_EQUAL_INT(LWS_OK, ask());
    close_pump();
}

static void test_frames_right_behind_the_answer(void) {
    for (size_t piece = 1; piece < 20; piece++) {
        open_pump();
        ask();
        feed_answer("\r\n\x81\x02hi\x82\x01" "x\x89\x01p\x81\x03h", piece);
        FP_FEED(k, "ey");
        FP_LOG(&p, "1 RESPONSE 101 x\n"
            "1 MESSAGE text hi\n1 MESSAGE binary x\n1 MESSAGE text hey\n");
        close_pump();
    }
}

static void wrong(const char *fields) {
    open_pump();
    question.protocols = LWS_LIT("chat");
    ask();
    feed_answer(fields, 500);
    TEST_ASSERT_EQUAL_INT(LWS_ERR_PROTO, opened);
    FP_LOG(&p, "1 RESPONSE 101 x\n1 GONE failed: the server's handshake is wrong\n");
    TEST_ASSERT_EQUAL_INT(LWS_FAULT_HANDSHAKE, k->fault);
    close_pump();
}

static void test_wrong_handshakes(void) {
    wrong("Sec-WebSocket-Protocol: other\r\n\r\n");
    wrong("Sec-WebSocket-Protocol: chat, chat\r\n\r\n");
    wrong("Sec-WebSocket-Protocol: chat\r\nSec-WebSocket-Protocol: chat\r\n\r\n");
    wrong("Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n");
    wrong("Sec-WebSocket-Extensions:\r\nSec-WebSocket-Extensions: x\r\n\r\n");
    wrong("Sec-WebSocket-Accept: x\r\n\r\n");
}

static void test_a_wrong_key_or_protocol(void) {
    static const char *const heads[] = {
        UPGRADED "\r\n",
        UPGRADED "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n",
        "HTTP/1.1 101 x\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n",
        "HTTP/1.1 101 x\r\nUpgrade: websocket\r\n\r\n",
    };
    for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
        open_pump();
        ask();
        fp_feed(k, heads[i], strlen(heads[i]));
        FP_LOG(&p, "1 RESPONSE 101 x\n1 GONE failed: the server's handshake is wrong\n");
        close_pump();
    }
}

static void test_other_answers_are_http(void) {
    open_pump();
    ask();
    FP_FEED(k, "HTTP/1.1 302 Found\r\nLocation: /x\r\nContent-Length: 2\r\n\r\nno");
    FP_LOG(&p, "1 RESPONSE 302 Found more\n1 BODY no final\n");
    TEST_ASSERT_TRUE(lws_conn_reusable(&k->c));
    ask();
    FP_FEED(k, "HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n");
    FP_LOG(&p, "1 RESPONSE 401 No\n");
    close_pump();
}

// ---- frames

// The payload of the frame at the front of the output, unmasked; its key goes to *mask.
static size_t unmask(size_t *at, uint8_t *payload, uint32_t *mask) {
    const uint8_t *f = k->out + *at;
    size_t n = f[1] & 0x7f, head = 2;
    TEST_ASSERT_TRUE(f[1] & 0x80);
    if (n == 126) {
        n = (size_t)f[2] << 8 | f[3];
        head = 4;
    }
    memcpy(mask, f + head, 4);
    for (size_t i = 0; i < n; i++) {
        payload[i] = f[head + 4 + i] ^ f[head + (i & 3)];
    }
    *at += head + 4 + n;
    return n;
}

static void test_every_frame_has_a_key_of_its_own(void) {
    static uint8_t *message, *got;
    static const size_t sizes[] = { 0, 1, 5, 125, 126, 500, 600, 1900, LARGE };
    enum { COUNT = sizeof(sizes) / sizeof(sizes[0]) };
    uint32_t masks[2 * COUNT];
    ROOM(message, LARGE);
    ROOM(got, LARGE);
    for (size_t i = 0; i < LARGE; i++) {
        message[i] = (uint8_t)(i * 7 + i / 251);
    }
    for (int stalled = 0; stalled < 2; stalled++) {
        open_ws();
        k->window = stalled ? 0 : SIZE_MAX;
        for (size_t i = 0; i < COUNT; i++) {
            lws_span_t data = lws_span(message, sizes[i]);
            int err;
            FP_CALL(k, err = lws_conn_send(&k->c, LWS_WS_BINARY, data, true));
            TEST_ASSERT_EQUAL_INT(LWS_OK, err);
        }
        fp_take(k, SIZE_MAX);
        size_t at = 0;
        for (size_t i = 0; i < COUNT; i++) {
            TEST_ASSERT_EQUAL_INT(0x82, k->out[at]);
            TEST_ASSERT_EQUAL_INT(sizes[i], unmask(&at, got, &masks[i]));
            TEST_ASSERT_EQUAL_MEMORY(message, got, sizes[i]);
            for (size_t j = 0; j < i; j++) {
                TEST_ASSERT_TRUE(masks[i] != masks[j]);
            }
        }
        TEST_ASSERT_EQUAL_INT(k->out_n, at);
        close_pump();
    }
}

static void test_pongs_and_goodbyes_are_masked_too(void) {
    uint8_t got[125];
    uint32_t mask;
    size_t at = 0;
    open_ws();
    FP_FEED(k, "\x89\x02hi\x88\x05\x03\xe8" "bye");
    FP_LOG(&p, "1 CLOSED 1000 bye\n");
    TEST_ASSERT_EQUAL_INT(0x8a, k->out[at]);
    TEST_ASSERT_EQUAL_INT(2, unmask(&at, got, &mask));
    TEST_ASSERT_EQUAL_MEMORY("hi", got, 2);
    TEST_ASSERT_EQUAL_INT(0x88, k->out[at]);
    TEST_ASSERT_EQUAL_INT(2, unmask(&at, got, &mask));
    TEST_ASSERT_EQUAL_MEMORY("\x03\xe8", got, 2);
    TEST_ASSERT_EQUAL_INT(k->out_n, at);
    TEST_ASSERT_TRUE(k->open);          // the server closes first
    fp_eof(k);
    FP_LOG(&p, "1 GONE 1000\n");
    close_pump();
}

static void test_masked_frames_of_a_server_are_refused(void) {
    uint8_t frame[20];
    open_ws();
    fp_feed(k, frame, fp_frame(frame, 0x81, "hi", 2));
    FP_LOG(&p, "1 CLOSED 1002\n");
    fp_eof(k);
    FP_LOG(&p, "1 GONE failed 1002\n");
    close_pump();
}

static void test_our_goodbye(void) {
    open_ws();
    FP_CALL(k, lws_conn_close(&k->c, 1001, LWS_LIT("bye")));
    TEST_ASSERT_EQUAL_INT(2 + 4 + 5, k->out_n);
    FP_FEED(k, "\x88\x02\x03\xe9");
    fp_eof(k);
    FP_LOG(&p, "1 CLOSED 1001\n1 GONE 1001\n");
    close_pump();
}

static void test_validity(void) {
    open_ws();
    fp_pass(&p, (uint64_t)LWS_PING_MS * 1000);
    TEST_ASSERT_EQUAL_INT(6, k->out_n);
    TEST_ASSERT_EQUAL_INT(0x89, k->out[0]);
    TEST_ASSERT_EQUAL_INT(0x80, k->out[1]);
    fp_pass(&p, (uint64_t)(LWS_HANGUP_MS - LWS_PING_MS) * 1000);
    FP_LOG(&p, "1 GONE failed 1006\n");
    close_pump();
}

static void test_a_queue_that_is_full_takes_nothing(void) {
    static uint8_t *message;
    ROOM(message, LARGE);
    open_ws();
    p.vh.max_tx = 6000;
    k->window = 0;
    int err;
    FP_CALL(k, err = lws_conn_send(&k->c, LWS_WS_BINARY, lws_span(message, LARGE), true));
    TEST_ASSERT_EQUAL_INT(LWS_OK, err);
    FP_CALL(k, err = lws_conn_send(&k->c, LWS_WS_BINARY, lws_span(message, LARGE), true));
    TEST_ASSERT_EQUAL_INT(LWS_ERR_TOO_BIG, err);
    fp_take(k, SIZE_MAX);
    TEST_ASSERT_EQUAL_INT(LARGE + 8, k->out_n);
    close_pump();
}

int main(void) {
    UNITY_BEGIN();
    RUN_TEST(test_the_request);
    RUN_TEST(test_what_cannot_be_asked);
    RUN_TEST(test_frames_right_behind_the_answer);
    RUN_TEST(test_wrong_handshakes);
    RUN_TEST(test_a_wrong_key_or_protocol);
    RUN_TEST(test_other_answers_are_http);
    RUN_TEST(test_every_frame_has_a_key_of_its_own);
    RUN_TEST(test_pongs_and_goodbyes_are_masked_too);
    RUN_TEST(test_masked_frames_of_a_server_are_refused);
    RUN_TEST(test_our_goodbye);
    RUN_TEST(test_validity);
    RUN_TEST(test_a_queue_that_is_full_takes_nothing);
    return UNITY_END();
}
