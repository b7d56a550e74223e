// Frames on the wire: RFC 6455 section 5. Each case is read by both sides, whole and in chunks,
// and cut in every way (support/ws_peer.h).
#include "support/effort.h"
#include "support/room.h"
#include "support/ws_peer.h"
#include "unity.h"

enum { SERVER = 0, CLIENT = LWS_WS_CLIENT };    // what the parser is

#define RAW(...) do { \
        const uint8_t raw_[] = { __VA_ARGS__ }; \
        peer_raw(raw_, sizeof(raw_)); \
} while (0)

// ---- the examples of section 5.7

static void test_rfc_unmasked_text(void) {
    RAW(0x81, 0x05, 0x48, 0x65, 0x6c, 0x6c, 0x6f);
    PEER_EXPECT_BY(CLIENT, "TEXT Hello\n");
}

static void test_rfc_masked_text(void) {
    RAW(0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58);
    PEER_EXPECT_BY(SERVER, "TEXT Hello\n");
}

static void test_rfc_fragmented_text(void) {
    RAW(0x01, 0x03, 0x48, 0x65, 0x6c);
    RAW(0x80, 0x02, 0x6c, 0x6f);
    PEER_EXPECT_BY(CLIENT, "TEXT Hello\n");
}

static void test_rfc_ping_and_pong(void) {
    RAW(0x89, 0x05, 0x48, 0x65, 0x6c, 0x6c, 0x6f);
    PEER_EXPECT_BY(CLIENT, "PING Hello\n");
    RAW(0x8a, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58);
    PEER_EXPECT_BY(SERVER, "PONG Hello\n");
}

static void test_rfc_binary_of_256(void) {
    RAW(0x82, 0x7e, 0x01, 0x00);
    uint8_t zeros[256] = { 0 };
    peer_raw(zeros, 256);
    PEER_EXPECT_BY(CLIENT, peer_line("BINARY", 0, 256));
}

static void test_rfc_binary_of_65536(void) {
    // A board has no memory for the frame, the wire and its copies: it reads the header.
    size_t n = unity_exhaustive ? 65536 : 0;
    static uint8_t *zeros;
    peer_limit(65536);
    RAW(0x82, 0x7f, 0, 0, 0, 0, 0, 1, 0, 0);
    ROOM(zeros, n);
    peer_raw(zeros, n);
    PEER_EXPECT_BY(CLIENT, n ? peer_line("BINARY", 0, n) : "");
}

// ---- length

static void test_empty_frames(void) {
    peer_frame(LWS_WS_TEXT, LAST, "");
    peer_frame(LWS_WS_BINARY, LAST, "");
    peer_frame(LWS_WS_PING, LAST, "");
    peer_frame(LWS_WS_PONG, LAST, "");
    peer_frame(LWS_WS_CLOSE, LAST, "");
    PEER_EXPECT("TEXT\nBINARY\nPING\nPONG\nCLOSE 1005\n");
}

static void test_lengths_at_the_boundaries(void) {
    static const size_t lengths[] = { 1, 2, 3, 4, 5, 124, 125, 126, 127, 128, 255, 256, 257 };
    for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); ++i) {
        peer_fill(LWS_WS_TEXT, LAST, 't', lengths[i]);
        PEER_EXPECT(peer_line("TEXT", 't', lengths[i]));
    }
}

// As a network brings it; cutting this in every way takes minutes.
static const char *log_of_segments(size_t segment) {
    static evlog_t log;
    static uint8_t *bytes;
    peer_rx_t p = { .flags = SERVER, .max_message = 65537 };
    size_t n;
    const uint8_t *wire = peer_wire(p.flags, &n);
    ROOM(bytes, 1460);
    evlog_clear(&log);
    peer_rx_open(&p);
    for (size_t at = 0; at < n; at += segment) {
        size_t most = n - at < segment ? n - at : segment;
        memcpy(bytes, wire + at, most);
        peer_rx_feed(&p, bytes, most, &log);
    }
    peer_rx_close(&p);
    return log.text;
}

static void test_lengths_around_64_bits_of_length(void) {
    const size_t first = unity_exhaustive ? 65535 : 125;
    for (size_t n = first; n < first + 3; ++n) {
        peer_fill(LWS_WS_BINARY, LAST, 'b', n);
        const char *want = peer_line("BINARY", 'b', n);
        TEST_ASSERT_EQUAL_STRING(want, log_of_segments(1));
        TEST_ASSERT_EQUAL_STRING(want, log_of_segments(7));
        TEST_ASSERT_EQUAL_STRING(want, log_of_segments(1460));
    }
}

static void test_length_must_be_in_its_shortest_form(void) {
    RAW(0x82, 0x7e, 0x00, 0x00);
    PEER_EXPECT_BY(CLIENT, "PROTO 1002\n");
    RAW(0x82, 0x7e, 0x00, 0x7d);
    PEER_EXPECT_BY(CLIENT, "PROTO 1002\n");
    RAW(0x82, 0xfe, 0x00, 0x7d, 1, 2, 3, 4);
    PEER_EXPECT_BY(SERVER, "PROTO 1002\n");
    RAW(0x82, 0xfe, 0x00, 0x05, 0, 0, 0, 0, 'H', 'e', 'l', 'l', 'o');
    PEER_EXPECT_BY(SERVER, "PROTO 1002\n");
    RAW(0x81, 0x7e, 0x00, 0x05, 'H', 'e', 'l', 'l', 'o');
    PEER_EXPECT_BY(CLIENT, "PROTO 1002\n");
    RAW(0x82, 0x7f, 0, 0, 0, 0, 0, 0, 0xff, 0xff);
    PEER_EXPECT_BY(CLIENT, "PROTO 1002\n");
    RAW(0x82, 0xff, 0, 0, 0, 0, 0, 0, 0, 5, 1, 2, 3, 4, 'H', 'e', 'l', 'l', 'o');
    PEER_EXPECT_BY(SERVER, "PROTO 1002\n");
}

static void test_length_must_not_have_its_top_bit(void) {
    RAW(0x82, 0x7f, 0x80, 0, 0, 0, 0, 0, 0, 0);
    PEER_EXPECT_BY(CLIENT, "PROTO 1002\n");
    RAW(0x82, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff);
    PEER_EXPECT_BY(CLIENT, "PROTO 1002\n");
    RAW(0x82, 0x7f, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff);
    PEER_EXPECT_BY(CLIENT, "TOO_BIG 1009\n");
}

// ---- first byte

static void test_reserved_bits(void) {
    for (uint8_t rsv = 0x10; rsv <= 0x70; rsv += 0x10) {
        for (uint8_t opcode = 0; opcode < 16; ++opcode) {
            RAW(0x80 | rsv | opcode, 0x00);
            PEER_EXPECT_BY(CLIENT, "PROTO 1002\n");
            RAW(0x80 | rsv | opcode, 0x81, 1, 2, 3, 4, 'x');
            PEER_EXPECT_BY(SERVER, "PROTO 1002\n");
        }
    }
}

static void test_reserved_opcodes(void) {
    static const uint8_t opcodes[] = { 3, 4, 5, 6, 7, 11, 12, 13, 14, 15 };
    for (size_t i = 0; i < sizeof(opcodes); ++i) {
        peer_frame(LWS_WS_PING, LAST, "first");
        peer_frame(opcodes[i], LAST, "reserved");
        PEER_EXPECT("PING first\nPROTO 1002\n");
        peer_frame(opcodes[i], MORE, "");
        PEER_EXPECT("PROTO 1002\n");
    }
}

static void test_client_must_mask(void) {
    RAW(0x81, 0x05, 'H', 'e', 'l', 'l', 'o');
    PEER_EXPECT_BY(SERVER, "PROTO 1002\n");
    RAW(0x81, 0x00);
    PEER_EXPECT_BY(SERVER, "PROTO 1002\n");
    RAW(0x89, 0x00);
    PEER_EXPECT_BY(SERVER, "PROTO 1002\n");
}

static void test_server_must_not_mask(void) {
    RAW(0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58);
    PEER_EXPECT_BY(CLIENT, "PROTO 1002\n");
    RAW(0x88, 0x80, 0, 0, 0, 0);
    PEER_EXPECT_BY(CLIENT, "PROTO 1002\n");
}

static void test_half_a_header_is_no_error(void) {
    RAW(0x83);
    PEER_EXPECT_BY(CLIENT, "");
    RAW(0x81, 0xfe, 0x01);
    PEER_EXPECT_BY(SERVER, "");
}

// ---- control frames (section 5.5)

static void test_control_frame_of_125(void) {
    peer_fill(LWS_WS_PING, LAST, 'p', 125);
    PEER_EXPECT(peer_line("PING", 'p', 125));
}

static void test_control_frame_of_126(void) {
    peer_fill(LWS_WS_PING, LAST, 'p', 126);
    PEER_EXPECT("PROTO 1002\n");
    peer_fill(LWS_WS_CLOSE, LAST, 'p', 126);
    PEER_EXPECT("PROTO 1002\n");
    RAW(0x8a, 0x7f, 0, 0, 0, 0, 0, 1, 0, 0);
    PEER_EXPECT_BY(CLIENT, "PROTO 1002\n");
}

static void test_control_frames_are_not_fragmented(void) {
    static const uint8_t opcodes[] = { LWS_WS_CLOSE, LWS_WS_PING, LWS_WS_PONG };
    for (size_t i = 0; i < sizeof(opcodes); ++i) {
        peer_frame(opcodes[i], MORE, "");
        peer_frame(LWS_WS_CONT, LAST, "");
        PEER_EXPECT("PROTO 1002\n");
    }
}

static void test_many_control_frames(void) {
    peer_frame(LWS_WS_PING, LAST, "one");
    peer_frame(LWS_WS_PING, LAST, "");
    peer_frame(LWS_WS_PONG, LAST, "two");
    peer_frame(LWS_WS_PING, LAST, "three\xff");
    PEER_EXPECT("PING one\nPING\nPONG two\nPING three\\xff\n");
}

// ---- closing (section 5.5.1, 7.4)

static void test_close(void) {
    peer_close(1000, "");
    PEER_EXPECT("CLOSE 1000\n");
    peer_close(1001, "so long");
    PEER_EXPECT("CLOSE 1001 so long\n");
    peer_close(4999, "\xc3\xa9");
    PEER_EXPECT("CLOSE 4999 \\xc3\\xa9\n");
}

static void test_close_reason_of_123(void) {
    char reason[124];
    memset(reason, 'r', 123);
    reason[123] = 0;
    peer_close(1000, reason);
    PEER_EXPECT(peer_line("CLOSE 1000", 'r', 123));
}

static void test_close_with_half_a_code(void) {
    peer_bytes(LWS_WS_CLOSE, LAST, "\x03", 1);
    PEER_EXPECT("PROTO 1002\n");
}

static void test_close_codes_at_the_boundaries(void) {
    static const struct {
        unsigned code;
        bool ok;
    } codes[] = {
        { 0, false }, { 999, false }, { 1000, true }, { 1003, true }, { 1004, false },
        { 1005, false }, { 1006, false }, { 1007, true },
        { 1014, true }, { 1015, false }, { 1016, false },
        { 2999, false }, { 3000, true }, { 4999, true }, { 5000, false }, { 65535, false },
    };
    for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); ++i) {
        TEST_ASSERT_EQUAL_INT(codes[i].ok, lws_ws_code_ok(codes[i].code));
        peer_close(codes[i].code, "");
        if (codes[i].ok) {
            static evlog_t log;
            log.n = 0;
            evlog_str(&log, "CLOSE ");
            evlog_int(&log, codes[i].code);
            evlog_str(&log, "\n");
            PEER_EXPECT(log.text);
        } else {
            PEER_EXPECT("PROTO 1002\n");
        }
    }
}

static void test_close_codes_all(void) {
    unsigned ok = 0;
    for (unsigned code = 0; code <= 70000; ++code) {
        ok += lws_ws_code_ok(code);
    }
    TEST_ASSERT_EQUAL_INT(4 + 8 + 2000, ok);
}

static void test_close_reason_must_be_utf8(void) {
    peer_close(1000, "caf\xe9");
    PEER_EXPECT("PROTO 1007\n");
    peer_close(1000, "caf\xc3");
    PEER_EXPECT("PROTO 1007\n");
    peer_close(1000, "\xed\xa0\x80");
    PEER_EXPECT("PROTO 1007\n");
}

static void test_nothing_is_read_after_close(void) {
    peer_close(1000, "");
    peer_frame(LWS_WS_TEXT, LAST, "late");
    peer_frame(3, MORE, "nonsense");
    peer_close(1001, "again");
    PEER_EXPECT("CLOSE 1000\n");
}

static void test_close_inside_a_message(void) {
    peer_frame(LWS_WS_TEXT, MORE, "never comp");
    peer_close(1001, "");
    peer_frame(LWS_WS_CONT, LAST, "lete");
    PEER_EXPECT("CLOSE 1001\n");
}

// ---- calls

static void test_no_input(void) {
    peer_rx_t p = { .flags = SERVER };
    lws_ws_event_t ev;
    peer_rx_open(&p);
    TEST_ASSERT_EQUAL_INT(0, lws_ws_rx(&p.rx, NULL, 0, &ev));
    TEST_ASSERT_EQUAL_INT(LWS_WS_NONE, ev.type);
    peer_rx_close(&p);
}

static void test_one_event_a_call(void) {
    uint8_t wire[] = { 0x89, 0x01, 'a', 0x8a, 0x00, 0x81, 0x01, 'b', 0x88 };
    static const struct {
        int used;
        lws_ws_type_t type;
    } calls[] = {
        { 3, LWS_WS_EV_PING }, { 2, LWS_WS_EV_PONG }, { 3, LWS_WS_EV_DATA }, { 1, LWS_WS_NONE },
    };
    peer_rx_t p = { .flags = CLIENT };
    size_t used = 0;
    peer_rx_open(&p);
    for (size_t i = 0; i < 4; ++i) {
        lws_ws_event_t ev;
        int n = lws_ws_rx(&p.rx, wire + used, sizeof(wire) - used, &ev);
        TEST_ASSERT_EQUAL_INT(calls[i].used, n);
        TEST_ASSERT_EQUAL_INT(calls[i].type, ev.type);
        used += (size_t)n;
    }
    TEST_ASSERT_FALSE(lws_ws_rx_idle(&p.rx));
    peer_rx_close(&p);
}

static void test_an_error_stays(void) {
    uint8_t bad[] = { 0x83, 0x00 }, good[] = { 0x81, 0x00 };
    peer_rx_t p = { .flags = CLIENT };
    lws_ws_event_t ev;
    peer_rx_open(&p);
    TEST_ASSERT_EQUAL_INT(LWS_ERR_PROTO, lws_ws_rx(&p.rx, bad, 2, &ev));
    TEST_ASSERT_EQUAL_INT(LWS_ERR_PROTO, lws_ws_rx(&p.rx, good, 2, &ev));
    TEST_ASSERT_EQUAL_INT(LWS_ERR_PROTO, lws_ws_rx(&p.rx, good, 0, &ev));
    TEST_ASSERT_EQUAL_INT(LWS_WS_NONE, ev.type);
    TEST_ASSERT_EQUAL_INT(LWS_WS_PROTOCOL_ERROR, p.rx.code);
    TEST_ASSERT_FALSE(lws_ws_rx_idle(&p.rx));
    peer_rx_close(&p);
}

static void test_idle_between_frames_only(void) {
    uint8_t wire[] = { 0x01, 0x01, 'a', 0x89, 0x01, 'p', 0x80, 0x01, 'b' };
    peer_rx_t p = { .flags = CLIENT };
    lws_ws_event_t ev;
    peer_rx_open(&p);
    for (size_t i = 0; i < sizeof(wire); ++i) {
        TEST_ASSERT_EQUAL_INT(i == 0, lws_ws_rx_idle(&p.rx));
        TEST_ASSERT_EQUAL_INT(1, lws_ws_rx(&p.rx, wire + i, 1, &ev));
    }
    TEST_ASSERT_TRUE(lws_ws_rx_idle(&p.rx));
    peer_rx_close(&p);
}

static void test_size_on_a_small_machine(void) {
    TEST_ASSERT(sizeof(void *) != 4 || sizeof(lws_ws_rx_t) <= 48);
}

// ---- building

static void test_put_header(void) {
    static const uint8_t key[4] = { 0xa1, 0xb2, 0xc3, 0xd4 };
    static const struct {
        uint64_t len;
        const char *plain;
        size_t n;
    } cases[] = {
        { 0, "\x82\x00", 2 },
        { 125, "\x82\x7d", 2 },
        { 126, "\x82\x7e\x00\x7e", 4 },
        { 65535, "\x82\x7e\xff\xff", 4 },
        { 65536, "\x82\x7f\x00\x00\x00\x00\x00\x01\x00\x00", 10 },
        { UINT64_C(0x0123456789abcdef), "\x82\x7f\x01\x23\x45\x67\x89\xab\xcd\xef", 10 },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); ++i) {
        uint8_t dst[LWS_WS_MAX_HEADER];
        size_t n = cases[i].n;
        uint64_t len = cases[i].len;
        TEST_ASSERT_EQUAL_INT(n, lws_ws_put_header(dst, LWS_WS_BINARY, true, len, NULL));
        TEST_ASSERT_EQUAL_MEMORY(cases[i].plain, dst, n);
        TEST_ASSERT_EQUAL_INT(n + 4, lws_ws_put_header(dst, LWS_WS_BINARY, true, len, key));
        TEST_ASSERT_EQUAL_INT((uint8_t)cases[i].plain[1] | 0x80, dst[1]);
        TEST_ASSERT_EQUAL_MEMORY(key, dst + n, 4);
    }
}

static void test_put_header_first_byte(void) {
    uint8_t dst[LWS_WS_MAX_HEADER];
    lws_ws_put_header(dst, LWS_WS_TEXT, false, 0, NULL);
    TEST_ASSERT_EQUAL_INT(0x01, dst[0]);
    lws_ws_put_header(dst, LWS_WS_CONT, true, 0, NULL);
    TEST_ASSERT_EQUAL_INT(0x80, dst[0]);
    lws_ws_put_header(dst, LWS_WS_CLOSE, true, 0, NULL);
    TEST_ASSERT_EQUAL_INT(0x88, dst[0]);
}

int main(void) {
    UNITY_BEGIN();
    RUN_TEST(test_rfc_unmasked_text);
    RUN_TEST(test_rfc_masked_text);
    RUN_TEST(test_rfc_fragmented_text);
    RUN_TEST(test_rfc_ping_and_pong);
    RUN_TEST(test_rfc_binary_of_256);
    RUN_TEST(test_rfc_binary_of_65536);
    RUN_TEST(test_empty_frames);
    RUN_TEST(test_lengths_at_the_boundaries);
    RUN_TEST(test_lengths_around_64_bits_of_length);
    RUN_TEST(test_length_must_be_in_its_shortest_form);
    RUN_TEST(test_length_must_not_have_its_top_bit);
    RUN_TEST(test_reserved_bits);
    RUN_TEST(test_reserved_opcodes);
    RUN_TEST(test_client_must_mask);
    RUN_TEST(test_server_must_not_mask);
    RUN_TEST(test_half_a_header_is_no_error);
    RUN_TEST(test_control_frame_of_125);
    RUN_TEST(test_control_frame_of_126);
    RUN_TEST(test_control_frames_are_not_fragmented);
    RUN_TEST(test_many_control_frames);
    RUN_TEST(test_close);
    RUN_TEST(test_close_reason_of_123);
    RUN_TEST(test_close_with_half_a_code);
    RUN_TEST(test_close_codes_at_the_boundaries);
    RUN_TEST(test_close_codes_all);
    RUN_TEST(test_close_reason_must_be_utf8);
    RUN_TEST(test_nothing_is_read_after_close);
    RUN_TEST(test_close_inside_a_message);
    RUN_TEST(test_no_input);
    RUN_TEST(test_one_event_a_call);
    RUN_TEST(test_an_error_stays);
    RUN_TEST(test_idle_between_frames_only);
    RUN_TEST(test_size_on_a_small_machine);
    RUN_TEST(test_put_header);
    RUN_TEST(test_put_header_first_byte);
    return UNITY_END();
}
