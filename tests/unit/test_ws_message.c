// Messages out of frames: RFC 6455 sections 5.4 and 5.6. Each case is read by both sides, whole
// and in chunks, and cut in every way (support/ws_peer.h).
#include "support/effort.h"
#include "support/room.h"
#include "support/ws_peer.h"
#include "unity.h"

enum { SERVER = 0, CLIENT = LWS_WS_CLIENT, CHUNKS = LWS_WS_CHUNKS };

static evlog_t log_of_feed;

// ---- fragments

static void test_fragments(void) {
    peer_frame(LWS_WS_TEXT, MORE, "one ");
    peer_frame(LWS_WS_CONT, MORE, "two ");
    peer_frame(LWS_WS_CONT, LAST, "three");
    PEER_EXPECT("TEXT one two three\n");
}

static void test_the_first_fragment_names_the_type(void) {
    peer_frame(LWS_WS_BINARY, MORE, "\x01");
    peer_frame(LWS_WS_CONT, LAST, "\xff");
    peer_frame(LWS_WS_TEXT, MORE, "t");
    peer_frame(LWS_WS_CONT, LAST, "ext");
    PEER_EXPECT("BINARY \\x01\\xff\nTEXT text\n");
}

static void test_empty_fragments(void) {
    peer_frame(LWS_WS_TEXT, MORE, "");
    peer_frame(LWS_WS_CONT, MORE, "");
    peer_frame(LWS_WS_CONT, LAST, "");
    PEER_EXPECT("TEXT\n");
    peer_frame(LWS_WS_TEXT, MORE, "");
    peer_frame(LWS_WS_CONT, LAST, "late");
    PEER_EXPECT("TEXT late\n");
    peer_frame(LWS_WS_BINARY, MORE, "early");
    peer_frame(LWS_WS_CONT, MORE, "");
    peer_frame(LWS_WS_CONT, LAST, "");
    PEER_EXPECT("BINARY early\n");
}

static void test_control_frames_between_fragments(void) {
    peer_frame(LWS_WS_TEXT, MORE, "Hel");
    peer_frame(LWS_WS_PING, LAST, "are you there?");
    peer_frame(LWS_WS_PONG, LAST, "");
    peer_frame(LWS_WS_CONT, MORE, "l");
    peer_fill(LWS_WS_PING, LAST, '!', 125);
    peer_frame(LWS_WS_CONT, LAST, "o");
    peer_frame(LWS_WS_TEXT, LAST, "next");
    static evlog_t want;
    evlog_str(&want, "PING are you there?\nPONG\n");
    evlog_str(&want, peer_line("PING", '!', 125));
    evlog_str(&want, "TEXT Hello\nTEXT next\n");
    PEER_EXPECT(want.text);
}

static void test_continuation_of_nothing(void) {
    peer_frame(LWS_WS_CONT, LAST, "what?");
    PEER_EXPECT("PROTO 1002\n");
    peer_frame(LWS_WS_TEXT, LAST, "whole");
    peer_frame(LWS_WS_CONT, MORE, "");
    PEER_EXPECT("TEXT whole\nPROTO 1002\n");
}

static void test_message_inside_a_message(void) {
    peer_frame(LWS_WS_TEXT, MORE, "Hel");
    peer_frame(LWS_WS_TEXT, LAST, "lo");
    PEER_EXPECT("PROTO 1002\n");
    peer_frame(LWS_WS_TEXT, MORE, "");
    peer_frame(LWS_WS_PING, LAST, "fine");
    peer_frame(LWS_WS_BINARY, MORE, "");
    PEER_EXPECT("PING fine\nPROTO 1002\n");
}

static void test_many_messages(void) {
    for (int i = 0; i < 20; ++i) {
        peer_frame(LWS_WS_TEXT, LAST, "abc");
        peer_fill(LWS_WS_BINARY, i & 1, 'x', (size_t)i);
        if (!(i & 1)) {
            peer_frame(LWS_WS_CONT, LAST, "y");
        }
    }
    size_t n;
    uint8_t bytes[600];
    peer_rx_t p = { .flags = SERVER };
    const uint8_t *wire = peer_wire(SERVER, &n);
    memcpy(bytes, wire, n);
    log_of_feed.n = 0;
    peer_rx_open(&p);
    peer_rx_feed(&p, bytes, n, &log_of_feed);
    peer_rx_close(&p);
    size_t lines = 0;
    for (size_t i = 0; i < log_of_feed.n; ++i) {
        lines += log_of_feed.text[i] == '\n';
    }
    TEST_ASSERT_EQUAL_INT(40, lines);
}

// ---- text (section 8.1); what is UTF-8 and what is not is the business of test_utf8.c

static void test_character_across_fragments(void) {
    peer_frame(LWS_WS_TEXT, MORE, "\xe2");
    peer_frame(LWS_WS_CONT, MORE, "\x82");
    peer_frame(LWS_WS_PING, LAST, "");
    peer_frame(LWS_WS_CONT, MORE, "");
    peer_frame(LWS_WS_CONT, LAST, "\xac 5");
    PEER_EXPECT("PING\nTEXT \\xe2\\x82\\xac 5\n");
}

static void test_text_ends_inside_a_character(void) {
    peer_frame(LWS_WS_TEXT, LAST, "caf\xc3");
    PEER_EXPECT("PROTO 1007\n");
    peer_frame(LWS_WS_TEXT, MORE, "caf\xc3");
    peer_frame(LWS_WS_CONT, LAST, "");
    PEER_EXPECT("PROTO 1007\n");
}

static void test_character_is_not_completed_by_the_next_fragment(void) {
    peer_frame(LWS_WS_TEXT, MORE, "caf\xc3");
    peer_frame(LWS_WS_CONT, LAST, "e");     // all ASCII, and still wrong
    PEER_EXPECT("PROTO 1007\n");
}

static void test_text_that_is_not_utf8(void) {
    static const char *bad[] = {
        "\xff", "\x80", "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80",
        "long enough for words \xe9 and more",
    };
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); ++i) {
        peer_frame(LWS_WS_TEXT, LAST, bad[i]);
        PEER_EXPECT("PROTO 1007\n");
    }
}

static void test_text_is_checked_at_every_place(void) {
    char text[80];
    for (size_t i = 0; i < sizeof(text); i += unity_exhaustive ? 1 : 7) {
        memset(text, 'a', sizeof(text));
        text[i] = (char)0xfe;
        peer_bytes(LWS_WS_TEXT, LAST, text, sizeof(text));
        PEER_EXPECT("PROTO 1007\n");
    }
}

static void test_binary_is_not_checked(void) {
    peer_frame(LWS_WS_BINARY, MORE, "\xff\xc0");
    peer_frame(LWS_WS_PING, LAST, "\xfe");
    peer_frame(LWS_WS_CONT, LAST, "\x80");
    PEER_EXPECT("PING \\xfe\nBINARY \\xff\\xc0\\x80\n");
}

// The bytes used until the error, fed one by one.
static size_t bytes_until_error(uint8_t flags, uint16_t *code) {
    size_t n;
    const uint8_t *wire = peer_wire(flags, &n);
    peer_rx_t p = { .flags = flags, .max_message = PEER_MAX_MESSAGE };
    lws_ws_event_t ev;
    peer_rx_open(&p);
    size_t i = 0;
    for (bool ok = true; ok && i < n; ++i) {
        uint8_t b = wire[i];
        ok = lws_ws_rx(&p.rx, &b, 1, &ev) >= 0;
    }
    *code = p.rx.code;
    peer_rx_close(&p);
    return i;
}

static void test_wrong_text_is_refused_at_once(void) {
    uint16_t code;
    peer_frame(LWS_WS_TEXT, LAST, "caf\xe9 and a long rest");
    TEST_ASSERT_EQUAL_INT(6 + 5, bytes_until_error(SERVER, &code));     // E9 20
    TEST_ASSERT_EQUAL_INT(LWS_WS_BAD_DATA, code);
    peer_frame(LWS_WS_TEXT, MORE, "caf\xe9");
    peer_frame(LWS_WS_CONT, MORE, " and a long rest");
    TEST_ASSERT_EQUAL_INT(6 + 4 + 6 + 1, bytes_until_error(SERVER, &code));
    TEST_ASSERT_EQUAL_INT(LWS_WS_BAD_DATA, code);
}

// ---- limits

static void test_message_at_the_limit(void) {
    peer_fill(LWS_WS_TEXT, LAST, 'x', PEER_MAX_MESSAGE);
    PEER_EXPECT(peer_line("TEXT", 'x', PEER_MAX_MESSAGE));
    peer_fill(LWS_WS_TEXT, LAST, 'x', PEER_MAX_MESSAGE + 1);
    PEER_EXPECT("TOO_BIG 1009\n");
}

static void test_fragments_at_the_limit(void) {
    peer_fill(LWS_WS_BINARY, MORE, 'x', 999);
    peer_fill(LWS_WS_CONT, MORE, 'x', 0);
    peer_fill(LWS_WS_CONT, LAST, 'x', 1);
    PEER_EXPECT(peer_line("BINARY", 'x', 1000));
    peer_fill(LWS_WS_BINARY, MORE, 'x', 999);
    peer_fill(LWS_WS_CONT, MORE, 'x', 2);
    PEER_EXPECT("TOO_BIG 1009\n");
}

static void test_control_frames_do_not_count(void) {
    peer_fill(LWS_WS_TEXT, MORE, 'x', 1000);
    peer_frame(LWS_WS_PING, LAST, "does not count");
    peer_frame(LWS_WS_CONT, LAST, "");
    static evlog_t want;
    want.n = 0;
    evlog_str(&want, "PING does not count\n");
    evlog_str(&want, peer_line("TEXT", 'x', 1000));
    PEER_EXPECT(want.text);
}

static void test_each_message_has_the_whole_limit(void) {
    peer_limit(10);
    peer_frame(LWS_WS_TEXT, LAST, "0123456789");
    peer_frame(LWS_WS_TEXT, MORE, "01234");
    peer_frame(LWS_WS_CONT, LAST, "56789");
    peer_frame(LWS_WS_TEXT, LAST, "0123456789");
    PEER_EXPECT("TEXT 0123456789\nTEXT 0123456789\nTEXT 0123456789\n");
}

static void test_too_big_shows_in_the_header(void) {
    uint16_t code;
    peer_fill(LWS_WS_TEXT, LAST, 'x', PEER_MAX_MESSAGE + 1);
    TEST_ASSERT_EQUAL_INT(8, bytes_until_error(SERVER, &code));
    TEST_ASSERT_EQUAL_INT(LWS_WS_TOO_BIG, code);
    peer_fill(LWS_WS_TEXT, LAST, 'x', PEER_MAX_MESSAGE + 1);
    TEST_ASSERT_EQUAL_INT(4, bytes_until_error(CLIENT | CHUNKS, &code));
}

static int rx_header(uint8_t flags, uint32_t max_message, const char *header, size_t n) {
    uint8_t bytes[LWS_WS_MAX_HEADER];
    peer_rx_t p = { .flags = flags, .max_message = max_message };
    lws_ws_event_t ev;
    memcpy(bytes, header, n);
    peer_rx_open(&p);
    int err = lws_ws_rx(&p.rx, bytes, n, &ev);
    peer_rx_close(&p);
    return err;
}

static void test_default_limit(void) {
    const char at[] = "\x82\x7f\0\0\0\0\0\x01\0\0", above[] = "\x82\x7f\0\0\0\0\0\x01\0\x01";
    TEST_ASSERT_EQUAL_INT(65536, LWS_WS_MAX_MESSAGE);
    TEST_ASSERT_EQUAL_INT(10, rx_header(CLIENT, 0, at, 10));
    TEST_ASSERT_EQUAL_INT(LWS_ERR_TOO_BIG, rx_header(CLIENT, 0, above, 10));
}

static void test_chunks_without_a_limit(void) {
    const char most[] = "\x82\x7f\x7f\xff\xff\xff\xff\xff\xff\xff";
    TEST_ASSERT_EQUAL_INT(10, rx_header(CLIENT | CHUNKS, 0, most, 10));
    TEST_ASSERT_EQUAL_INT(LWS_ERR_TOO_BIG, rx_header(CLIENT | CHUNKS, UINT32_MAX, most, 10));
    TEST_ASSERT_EQUAL_INT(LWS_ERR_TOO_BIG, rx_header(CLIENT, UINT32_MAX, most, 10));
}

static void test_a_frame_of_4_gib_in_chunks(void) {
    uint8_t header[] = { 0x82, 0x7f, 0, 0, 0, 1, 0, 0, 0, 3 };
    static uint8_t *piece;
    const size_t each = 1 << 15;
    peer_rx_t p = { .flags = CLIENT | CHUNKS };
    lws_ws_event_t ev;
    ROOM(piece, each);
    peer_rx_open(&p);
    TEST_ASSERT_EQUAL_INT(10, lws_ws_rx(&p.rx, header, sizeof(header), &ev));
    for (uint32_t i = 0; i < (1u << 17); ++i) {
        TEST_ASSERT_EQUAL_INT(each, lws_ws_rx(&p.rx, piece, each, &ev));
        TEST_ASSERT(ev.first == (i == 0) && !ev.final && ev.data.n == each);
    }
    TEST_ASSERT_EQUAL_INT(3, lws_ws_rx(&p.rx, piece, each, &ev));
    TEST_ASSERT(!ev.first && ev.final && ev.data.n == 3);
    TEST_ASSERT_TRUE(lws_ws_rx_idle(&p.rx));
    peer_rx_close(&p);
}

// ---- chunks

static void test_flags_of_chunks(void) {
    uint8_t wire[] = {
        0x01, 0x00,                     // nothing yet: no event
        0x00, 0x02, 'a', 'b',           // first
        0x89, 0x00,                     // PING
        0x00, 0x01, 'c',
        0x80, 0x00,                     // final, and empty
        0x82, 0x01, 'd',                // first and final
    };
    static const lws_ws_event_t want[] = {
        { .type = LWS_WS_EV_DATA, .opcode = LWS_WS_TEXT, .first = true },
        { .type = LWS_WS_EV_PING, .opcode = LWS_WS_PING, .first = true, .final = true },
        { .type = LWS_WS_EV_DATA, .opcode = LWS_WS_TEXT },
        { .type = LWS_WS_EV_DATA, .opcode = LWS_WS_TEXT, .final = true },
        { .type = LWS_WS_EV_DATA, .opcode = LWS_WS_BINARY, .first = true, .final = true },
    };
    static const char *data[] = { "ab", "", "c", "", "d" };
    peer_rx_t p = { .flags = CLIENT | CHUNKS };
    size_t used = 0;
    peer_rx_open(&p);
    for (size_t i = 0; i < 5; ++i) {
        lws_ws_event_t ev;
        used += (size_t)lws_ws_rx(&p.rx, wire + used, sizeof(wire) - used, &ev);
        TEST_ASSERT_EQUAL_INT(want[i].type, ev.type);
        TEST_ASSERT_EQUAL_INT(want[i].opcode, ev.opcode);
        TEST_ASSERT_EQUAL_INT(want[i].first, ev.first);
        TEST_ASSERT_EQUAL_INT(want[i].final, ev.final);
        TEST_ASSERT_EQUAL_TEXT(data[i], ev.data.p, ev.data.n);
    }
    TEST_ASSERT_EQUAL_INT(sizeof(wire), used);
    TEST_ASSERT_EQUAL_INT(0, p.mem.calls);
    peer_rx_close(&p);
}

static void test_chunks_may_begin_and_end_between_messages(void) {
    uint8_t one[] = { 0x81, 0x02, 'a', 'b' }, two[] = { 0x81, 0x02, 'c', 'd' };
    peer_rx_t p = { .flags = CLIENT, .max_message = 100 };
    lws_ws_event_t ev;
    peer_rx_open(&p);
    lws_ws_rx(&p.rx, one, sizeof(one), &ev);
    TEST_ASSERT_TRUE(lws_ws_rx_idle(&p.rx));
    p.rx.flags = CLIENT | CHUNKS;
    TEST_ASSERT_EQUAL_INT(3, lws_ws_rx(&p.rx, two, 3, &ev));
    TEST_ASSERT(ev.first && !ev.final);
    TEST_ASSERT_EQUAL_TEXT("c", ev.data.p, ev.data.n);
    lws_ws_rx(&p.rx, two + 3, 1, &ev);
    TEST_ASSERT(!ev.first && ev.final);
    p.rx.flags = CLIENT;
    memcpy(one, "\x81\x02" "ef", 4);
    lws_ws_rx(&p.rx, one, 3, &ev);
    TEST_ASSERT_EQUAL_INT(LWS_WS_NONE, ev.type);
    lws_ws_rx(&p.rx, one + 3, 1, &ev);
    TEST_ASSERT_EQUAL_TEXT("ef", ev.data.p, ev.data.n);
    peer_rx_close(&p);
}

static void test_whole_messages_are_never_without_a_limit(void) {
    uint8_t small[] = { 0x82, 0x00 }, large[] = { 0x82, 0x7f, 0, 0, 0, 0, 0, 1, 0, 1 };
    peer_rx_t p = { .flags = CLIENT | CHUNKS };
    lws_ws_event_t ev;
    peer_rx_open(&p);
    lws_ws_rx(&p.rx, small, sizeof(small), &ev);
    p.rx.flags = CLIENT;
    TEST_ASSERT_EQUAL_INT(2, lws_ws_rx(&p.rx, small, sizeof(small), &ev));
    TEST_ASSERT_EQUAL_INT(LWS_ERR_TOO_BIG, lws_ws_rx(&p.rx, large, sizeof(large), &ev));
    peer_rx_close(&p);
}

// ---- memory

static void test_whole_message_in_the_buffer_is_not_copied(void) {
    peer_frame(LWS_WS_TEXT, LAST, "borrowed");
    peer_fill(LWS_WS_BINARY, LAST, 'b', 700);
    peer_frame(LWS_WS_PING, LAST, "borrowed too");
    size_t n;
    uint8_t bytes[1000];
    peer_rx_t p = { .flags = SERVER };
    const uint8_t *wire = peer_wire(SERVER, &n);
    memcpy(bytes, wire, n);
    peer_rx_open(&p);
    for (size_t used = 0; used < n;) {
        lws_ws_event_t ev;
        used += (size_t)lws_ws_rx(&p.rx, bytes + used, n - used, &ev);
        TEST_ASSERT(ev.type != LWS_WS_NONE);
        TEST_ASSERT(ev.data.p + ev.data.n == bytes + used);
    }
    TEST_ASSERT_EQUAL_INT(0, p.mem.calls);
    peer_rx_close(&p);
}

static void feed_bytes(peer_rx_t *p, size_t at, size_t n) {
    size_t all;
    static uint8_t *bytes;
    static size_t cap;
    const uint8_t *wire = peer_wire(p->flags, &all);
    TEST_ASSERT(at + n <= all);
    room_grow(&bytes, &cap, n);
    memcpy(bytes, wire + at, n);
    peer_rx_feed(p, bytes, n, &log_of_feed);
}

static void test_a_message_in_pieces_takes_what_it_is_long(void) {
    peer_rx_t p = { .flags = SERVER, .max_message = 2000 };
    peer_rx_open(&p);
    peer_fill(LWS_WS_BINARY, LAST, 'b', 1500);
    feed_bytes(&p, 0, 8);
    TEST_ASSERT_EQUAL_INT(0, p.mem.live);           // a header is only a promise
    feed_bytes(&p, 8, 1);
    TEST_ASSERT_EQUAL_INT(1500, p.mem.live_bytes);
    feed_bytes(&p, 9, 1499);
    TEST_ASSERT_EQUAL_INT(1, p.mem.calls);
    TEST_ASSERT_EQUAL_INT(1500, p.mem.peak_bytes);
    TEST_ASSERT_EQUAL_INT(0, p.mem.live);           // trimmed: peer_rx_feed does
    peer_rx_close(&p);
}

static void test_small_fragments_take_few_allocations(void) {
    peer_rx_t p = { .flags = CLIENT, .max_message = 400 };
    peer_rx_open(&p);
    for (int i = 0; i < 399; ++i) {
        peer_fill(i ? LWS_WS_CONT : LWS_WS_BINARY, MORE, 'f', 1);
    }
    peer_fill(LWS_WS_CONT, LAST, 'f', 1);
    for (size_t i = 0; i < 400; ++i) {
        feed_bytes(&p, 3 * i, 3);
        TEST_ASSERT(p.mem.live_bytes <= 400);
    }
    TEST_ASSERT(p.mem.calls < 20);
    peer_rx_close(&p);
}

static void test_memory_is_freed_by_the_next_call(void) {
    uint8_t wire[] = { 0x81, 0x02, 'a', 'b', 0x89, 0x00 };
    peer_rx_t p = { .flags = CLIENT };
    lws_ws_event_t ev;
    peer_rx_open(&p);
    lws_ws_rx(&p.rx, wire, 3, &ev);
    lws_ws_rx(&p.rx, wire + 3, 1, &ev);
    TEST_ASSERT_EQUAL_TEXT("ab", ev.data.p, ev.data.n);
    TEST_ASSERT_EQUAL_INT(1, p.mem.live);
    lws_ws_rx(&p.rx, wire + 4, 1, &ev);
    TEST_ASSERT_EQUAL_INT(0, p.mem.live);
    peer_rx_close(&p);
}

static void test_chunks_take_memory_for_control_frames_only(void) {
    peer_rx_t p = { .flags = CLIENT | CHUNKS };
    lws_ws_event_t ev;
    uint8_t wire[] = { 0x02, 0x05, 'b', 'b', 'b', 'b', 'b', 0x89, 0x02, 'p', 'q', 0x80, 0x00 };
    peer_rx_open(&p);
    for (size_t i = 0; i < sizeof(wire); ++i) {
        TEST_ASSERT_EQUAL_INT(1, lws_ws_rx(&p.rx, wire + i, 1, &ev));
        TEST_ASSERT_EQUAL_INT(i == 9 || i == 10 ? 2 : 0, p.mem.live_bytes);
    }
    TEST_ASSERT_TRUE(ev.final);
    peer_rx_close(&p);
}

static void test_trim_keeps_what_is_under_way(void) {
    uint8_t wire[] = { 0x01, 0x02, 'a', 'b', 0x89, 0x02, 'p', 'q', 0x80, 0x01, 'c' };
    peer_rx_t p = { .flags = CLIENT };
    lws_ws_event_t ev;
    peer_rx_open(&p);
    for (size_t i = 0; i < sizeof(wire); ++i) {
        lws_ws_rx_trim(&p.rx);
        TEST_ASSERT_EQUAL_INT(1, lws_ws_rx(&p.rx, wire + i, 1, &ev));
        if (i == 7) {
            TEST_ASSERT_EQUAL_INT(LWS_WS_EV_PING, ev.type);
            TEST_ASSERT_EQUAL_TEXT("pq", ev.data.p, ev.data.n);
        }
    }
    TEST_ASSERT_EQUAL_TEXT("abc", ev.data.p, ev.data.n);
    lws_ws_rx_trim(&p.rx);
    TEST_ASSERT_EQUAL_INT(0, p.mem.live);
    lws_ws_rx_trim(&p.rx);
    peer_rx_close(&p);
}

static void test_free_in_the_middle(void) {
    peer_frame(LWS_WS_TEXT, MORE, "half a mess");
    peer_frame(LWS_WS_PING, LAST, "half a ping");
    size_t n;
    peer_wire(SERVER, &n);
    for (size_t cut = 0; cut <= n; ++cut) {
        peer_rx_t p = { .flags = SERVER };
        peer_rx_open(&p);
        feed_bytes(&p, 0, cut);
        peer_rx_close(&p);                  // checks that nothing is left
        lws_ws_rx_free(&p.rx);              // twice is fine
    }
}

static void test_close_frees_the_message_under_way(void) {
    peer_rx_t p = { .flags = SERVER };
    peer_frame(LWS_WS_TEXT, MORE, "never completed");
    peer_close(1000, "");
    size_t n;
    peer_wire(SERVER, &n);
    peer_rx_open(&p);
    feed_bytes(&p, 0, n);
    TEST_ASSERT_EQUAL_INT(0, p.mem.live);
    peer_rx_close(&p);
}

// Byte by byte, so that everything needs memory.
static void run_with_memory(void *user, const lws_mem_t *mem, bool failing) {
    lws_ws_rx_t x;
    lws_ws_event_t ev;
    size_t n, events = 0;
    int err = LWS_OK;
    const uint8_t *wire = peer_wire(*(uint8_t *)user, &n);
    lws_ws_rx_init(&x, mem, *(uint8_t *)user, 0);
    for (size_t i = 0; i < n && err >= 0; ++i) {
        uint8_t b = wire[i];
        err = lws_ws_rx(&x, &b, 1, &ev);
        events += ev.type != LWS_WS_NONE;
    }
    if (failing) {
        uint8_t b = 0;
        TEST_ASSERT_EQUAL_INT(LWS_ERR_NOMEM, err);
        TEST_ASSERT_EQUAL_INT(LWS_WS_INTERNAL, x.code);
        TEST_ASSERT_EQUAL_INT(LWS_ERR_NOMEM, lws_ws_rx(&x, &b, 1, &ev));
    } else {
        TEST_ASSERT_EQUAL_INT(1, err);
        TEST_ASSERT_EQUAL_INT(4, events);
    }
    lws_ws_rx_free(&x);
}

static void test_every_allocation_fails(void) {
    uint8_t flags[] = { SERVER, CLIENT };
    for (size_t i = 0; i < 2; ++i) {
        peer_frame(LWS_WS_TEXT, MORE, "one");
        peer_frame(LWS_WS_PING, LAST, "a ping that is longer than all that was reserved");
        peer_frame(LWS_WS_CONT, MORE, "and two");
        peer_frame(LWS_WS_CONT, LAST, "and three, which is the longest of them by far");
        peer_frame(LWS_WS_BINARY, LAST, "another");
        peer_close(1000, "bye");
        test_mem_sweep(run_with_memory, &flags[i]);
    }
}

// ---- all together

static uint32_t next_random(uint32_t *state) {
    *state = *state * 1664525 + 1013904223;
    return *state >> 16;
}

// Valid conversations of random frames, with the log that they must give.
static void random_conversation(uint32_t seed, evlog_t *want) {
    static const char *const texts[] = {
        "", "a", "\xc3\xa9", "\xf0\x9f\x98\x80!", "plain text of some length",
    };
    static char message[128];
    want->n = 0;
    for (int i = 0; i < 6; ++i) {
        uint32_t fragments = 1 + next_random(&seed) % 4;
        uint8_t opcode = next_random(&seed) & 1 ? LWS_WS_TEXT : LWS_WS_BINARY;
        size_t n = 0;
        for (uint32_t k = 0; k < fragments; ++k) {
            const char *text = texts[next_random(&seed) % 5];
            memcpy(message + n, text, strlen(text));
            n += strlen(text);
            peer_frame(k ? LWS_WS_CONT : opcode, k + 1 == fragments, text);
            if (k + 1 < fragments && next_random(&seed) % 3 == 0) {
                peer_frame(LWS_WS_PING, LAST, text);
                evlog_str(want, text[0] ? "PING " : "PING");
                evlog_span(want, lws_span(text, strlen(text)));
                evlog_str(want, "\n");
            }
        }
        evlog_str(want, opcode == LWS_WS_TEXT ? "TEXT" : "BINARY");
        evlog_str(want, n ? " " : "");
        evlog_span(want, lws_span(message, n));
        evlog_str(want, "\n");
    }
}

static void test_random_conversations(void) {
    static evlog_t want;
    for (uint32_t seed = 1; seed <= (unity_exhaustive ? 100 : 6); ++seed) {
        random_conversation(seed, &want);
        PEER_EXPECT(want.text);
    }
}

int main(void) {
    UNITY_BEGIN();
    RUN_TEST(test_fragments);
    RUN_TEST(test_the_first_fragment_names_the_type);
    RUN_TEST(test_empty_fragments);
    RUN_TEST(test_control_frames_between_fragments);
    RUN_TEST(test_continuation_of_nothing);
    RUN_TEST(test_message_inside_a_message);
    RUN_TEST(test_many_messages);
    RUN_TEST(test_character_across_fragments);
    RUN_TEST(test_text_ends_inside_a_character);
    RUN_TEST(test_character_is_not_completed_by_the_next_fragment);
    RUN_TEST(test_text_that_is_not_utf8);
    RUN_TEST(test_text_is_checked_at_every_place);
    RUN_TEST(test_binary_is_not_checked);
    RUN_TEST(test_wrong_text_is_refused_at_once);
    RUN_TEST(test_message_at_the_limit);
    RUN_TEST(test_fragments_at_the_limit);
    RUN_TEST(test_control_frames_do_not_count);
    RUN_TEST(test_each_message_has_the_whole_limit);
    RUN_TEST(test_too_big_shows_in_the_header);
    RUN_TEST(test_default_limit);
    RUN_TEST(test_chunks_without_a_limit);
    RUN_TEST(test_a_frame_of_4_gib_in_chunks);
    RUN_TEST(test_flags_of_chunks);
    RUN_TEST(test_chunks_may_begin_and_end_between_messages);
    RUN_TEST(test_whole_messages_are_never_without_a_limit);
    RUN_TEST(test_whole_message_in_the_buffer_is_not_copied);
    RUN_TEST(test_a_message_in_pieces_takes_what_it_is_long);
    RUN_TEST(test_small_fragments_take_few_allocations);
    RUN_TEST(test_memory_is_freed_by_the_next_call);
    RUN_TEST(test_chunks_take_memory_for_control_frames_only);
    RUN_TEST(test_trim_keeps_what_is_under_way);
    RUN_TEST(test_free_in_the_middle);
    RUN_TEST(test_close_frees_the_message_under_way);
    RUN_TEST(test_every_allocation_fails);
    RUN_TEST(test_random_conversations);
    return UNITY_END();
}
