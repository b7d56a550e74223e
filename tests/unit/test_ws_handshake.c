// The opening handshake: RFC 6455 section 4. A case names the fields it changes in a good one.
#include "lws/ws/handshake.h"
#include "unity.h"

#define KEY "dGhlIHNhbXBsZSBub25jZQ=="                  // section 1.3
#define ACCEPT "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="

static const lws_span_t absent = { NULL, 0 };

static lws_ws_request_t good_request(void) {
    lws_ws_request_t r = {
        .get = true,
        .http11 = true,
        .upgrade = LWS_LIT("websocket"),
        .connection = LWS_LIT("Upgrade"),
        .key = LWS_LIT(KEY),
        .version = LWS_LIT("13"),
    };
    return r;
}

static lws_ws_response_t good_response(void) {
    lws_ws_response_t r = {
        .status = 101,
        .upgrade = LWS_LIT("websocket"),
        .connection = LWS_LIT("Upgrade"),
        .accept = LWS_LIT(ACCEPT),
    };
    return r;
}

// Checks the status for a request with these fields, which come as in { .version = LWS_LIT("8") }.
#define REQUEST(want, field, value) do { \
        lws_ws_request_t r_ = good_request(); \
        r_.field = value; \
        TEST_ASSERT_EQUAL_INT((want), lws_ws_check_request(&r_)); \
} while (0)

#define RESPONSE(want, field, value, offered) do { \
        lws_ws_response_t r_ = good_response(); \
        r_.field = value; \
        TEST_ASSERT_EQUAL_INT((want), \
    lws_ws_check_response(&r_, (const uint8_t *)KEY, (offered))); \
} while (0)

// ---- server

static void test_request(void) {
    lws_ws_request_t r = good_request();
    TEST_ASSERT_EQUAL_INT(101, lws_ws_check_request(&r));
}

static void test_request_as_browsers_write_it(void) {
    REQUEST(101, connection, LWS_LIT("keep-alive, Upgrade"));
    REQUEST(101, connection, LWS_LIT("UPGRADE"));
    REQUEST(101, upgrade, LWS_LIT("WebSocket"));
    REQUEST(101, upgrade, LWS_LIT("h2c, websocket"));
    REQUEST(101, version, LWS_LIT(" 13 "));
    REQUEST(101, key, LWS_LIT(" " KEY "\t"));
}

static void test_no_handshake_at_all(void) {
    REQUEST(0, upgrade, absent);
    REQUEST(0, upgrade, LWS_LIT(""));
    REQUEST(0, upgrade, LWS_LIT("h2c"));
    REQUEST(0, upgrade, LWS_LIT("websockets"));
    REQUEST(0, upgrade, LWS_LIT("websocket/13"));
    lws_ws_request_t nothing = { .get = true };
    TEST_ASSERT_EQUAL_INT(0, lws_ws_check_request(&nothing));
}

static void test_broken_request(void) {
    REQUEST(400, get, false);
    REQUEST(400, http11, false);
    REQUEST(400, connection, absent);
    REQUEST(400, connection, LWS_LIT("keep-alive"));
    REQUEST(400, version, absent);
    REQUEST(400, key, absent);
}

static void test_other_versions(void) {
    REQUEST(426, version, LWS_LIT("8"));
    REQUEST(426, version, LWS_LIT("0"));
    REQUEST(426, version, LWS_LIT("14"));
    REQUEST(426, version, LWS_LIT("013"));
    REQUEST(426, version, LWS_LIT("13, 8"));
    REQUEST(426, version, LWS_LIT("thirteen"));
    lws_ws_request_t r = good_request();
    r.version = LWS_LIT("8");
    r.key = absent;             // whatever that version wants
    TEST_ASSERT_EQUAL_INT(426, lws_ws_check_request(&r));
}

static void test_keys(void) {
    REQUEST(101, key, LWS_LIT("AQIDBAUGBwgJCgsMDQ4PEC=="));     // section 4.1: bits after the end
    REQUEST(101, key, LWS_LIT("++++++++++//////////AA=="));
    REQUEST(400, key, LWS_LIT(""));
    REQUEST(400, key, LWS_LIT("dGhlIHNhbXBsZSBub25jZQ="));
    REQUEST(400, key, LWS_LIT("dGhlIHNhbXBsZSBub25jZQ==="));
    REQUEST(400, key, LWS_LIT("dGhlIHNhbXBsZSBub25jZQAA"));     // 18 bytes
    REQUEST(400, key, LWS_LIT("dGhlIHNhbXBsZSBub25jZA=A"));
    REQUEST(400, key, LWS_LIT("dGhlIHNhbXBsZSBub25jZ==="));     // 15 bytes
    REQUEST(400, key, LWS_LIT("dGhlIHNhbXBs=SBub25jZQ=="));
    REQUEST(400, key, LWS_LIT("dGhlIHNhbXBs SBub25jZQ=="));
    REQUEST(400, key, LWS_LIT("dGhlIHNhbXBs_SBub25jZQ=="));     // the other alphabet
    REQUEST(400, key, LWS_LIT("dGhlIHNhbXBs\0SBub25jZQ=="));
    REQUEST(400, key, LWS_LIT("dGhlIHNhbXBs\xffSBub25jZQ=="));
}

static void test_accept(void) {
    static const struct {
        const char *key, *accept;
    } cases[] = {
        { KEY, ACCEPT },
        { "AQIDBAUGBwgJCgsMDQ4PEC==", "OfS0wDaT5NoxF2gqm7Zj2YtetzM=" },
        { "x3JJHMbDL1EzLkh9GBhXDw==", "HSmrc0sMlYUkAGmm5OPpG2HaGWk=" },
    };
    for (size_t i = 0; i < 3; ++i) {
        uint8_t accept[LWS_WS_ACCEPT_LEN + 1];
        accept[LWS_WS_ACCEPT_LEN] = 0xee;
        lws_ws_accept((const uint8_t *)cases[i].key, accept);
        TEST_ASSERT_EQUAL_TEXT(cases[i].accept, accept, LWS_WS_ACCEPT_LEN);
        TEST_ASSERT_EQUAL_INT(0xee, accept[LWS_WS_ACCEPT_LEN]);
    }
}

// ---- client

static void test_key(void) {
    uint8_t random[16], key[LWS_WS_KEY_LEN + 1];
    for (size_t i = 0; i < 16; ++i) {
        random[i] = (uint8_t)(i + 1);
    }
    key[LWS_WS_KEY_LEN] = 0xee;
    lws_ws_key(random, key);
    TEST_ASSERT_EQUAL_TEXT("AQIDBAUGBwgJCgsMDQ4PEA==", key, LWS_WS_KEY_LEN);
    TEST_ASSERT_EQUAL_INT(0xee, key[LWS_WS_KEY_LEN]);
    REQUEST(101, key, lws_span(key, LWS_WS_KEY_LEN));
}

static void test_response(void) {
    RESPONSE(LWS_OK, status, 101, absent);
    RESPONSE(LWS_OK, upgrade, LWS_LIT("WebSocket"), absent);
    RESPONSE(LWS_OK, connection, LWS_LIT("upgrade, keep-alive"), absent);
    RESPONSE(LWS_OK, accept, LWS_LIT(ACCEPT " "), absent);
}

static void test_response_that_is_plain_http(void) {
    RESPONSE(LWS_ERR_STATE, status, 200, absent);
    RESPONSE(LWS_ERR_STATE, status, 401, absent);
    RESPONSE(LWS_ERR_STATE, status, 302, absent);
}

static void test_broken_response(void) {
    RESPONSE(LWS_ERR_PROTO, upgrade, absent, absent);
    RESPONSE(LWS_ERR_PROTO, upgrade, LWS_LIT("h2c"), absent);
    RESPONSE(LWS_ERR_PROTO, connection, absent, absent);
    RESPONSE(LWS_ERR_PROTO, connection, LWS_LIT("close"), absent);
    RESPONSE(LWS_ERR_PROTO, accept, absent, absent);
    RESPONSE(LWS_ERR_PROTO, accept, LWS_LIT("s3pPLMBiTxaQ9kYGzzhZRbK+xOo"), absent);
    RESPONSE(LWS_ERR_PROTO, accept, LWS_LIT("S3pPLMBiTxaQ9kYGzzhZRbK+xOo="), absent);
    RESPONSE(LWS_ERR_PROTO, accept, LWS_LIT(KEY), absent);
}

static void test_response_must_not_answer_what_was_not_asked(void) {
    RESPONSE(LWS_ERR_PROTO, extensions, LWS_LIT("permessage-deflate"), absent);
    RESPONSE(LWS_OK, extensions, LWS_LIT(""), absent);
    RESPONSE(LWS_OK, protocol, LWS_LIT("chat"), LWS_LIT("superchat, chat"));
    RESPONSE(LWS_OK, protocol, absent, LWS_LIT("superchat, chat"));     // the server takes none
    RESPONSE(LWS_ERR_PROTO, protocol, LWS_LIT("chat"), absent);
    RESPONSE(LWS_ERR_PROTO, protocol, LWS_LIT("Chat"), LWS_LIT("superchat, chat"));
    RESPONSE(LWS_ERR_PROTO, protocol, LWS_LIT("superchat, chat"), LWS_LIT("superchat, chat"));
    RESPONSE(LWS_ERR_PROTO, protocol, LWS_LIT(""), LWS_LIT("superchat, chat"));
}

// ---- subprotocols

static void check_pick(const char *offered, const char *supported, const char *want, int line) {
    lws_span_t got = lws_ws_pick_protocol(lws_span(offered, strlen(offered)),
        lws_span(supported, strlen(supported)));
    unity_check((got.p != NULL) == (want != NULL), line, "is there one");
    if (want) {
        unity_equal_text(want, got.p, got.n, line, "protocol");
        const uint8_t *first = (const uint8_t *)offered;
        unity_check(got.p >= first && got.p + got.n <= first + strlen(offered), line, "borrowed");
    }
}

#define PICK(offered, supported, want) check_pick((offered), (supported), (want), __LINE__)

static void test_pick_protocol(void) {
    PICK("chat", "chat", "chat");
    PICK("chat, superchat", "superchat, chat", "chat");         // the client's order
    PICK("mqtt,chat", "superchat,chat", "chat");
    PICK(" , ,chat\t", "a,,chat", "chat");
    PICK("graphql-ws, graphql-transport-ws", "graphql-transport-ws", "graphql-transport-ws");
}

static void test_pick_no_protocol(void) {
    PICK("", "chat", NULL);
    PICK("chat", "", NULL);
    PICK("chat", "Chat", NULL);
    PICK("chat", "superchat", NULL);
    PICK("superchat", "chat", NULL);
    PICK(",,", ",,", NULL);
    lws_span_t none = lws_ws_pick_protocol(absent, absent);
    TEST_ASSERT_NULL(none.p);
}

int main(void) {
    UNITY_BEGIN();
    RUN_TEST(test_request);
    RUN_TEST(test_request_as_browsers_write_it);
    RUN_TEST(test_no_handshake_at_all);
    RUN_TEST(test_broken_request);
    RUN_TEST(test_other_versions);
    RUN_TEST(test_keys);
    RUN_TEST(test_accept);
    RUN_TEST(test_key);
    RUN_TEST(test_response);
    RUN_TEST(test_response_that_is_plain_http);
    RUN_TEST(test_broken_response);
    RUN_TEST(test_response_must_not_answer_what_was_not_asked);
    RUN_TEST(test_pick_protocol);
    RUN_TEST(test_pick_no_protocol);
    return UNITY_END();
}
