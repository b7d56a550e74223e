// Bodies, the chunked coding, trailers (RFC 9112 sections 6 and 7), limits, and memory.
#include "support/h1_log.h"
#include "support/room.h"
#include "unity.h"

#define HEAD "POST / HTTP/1.1\r\nHost: a\r\n"
#define CHUNKED HEAD "Transfer-Encoding: chunked\r\n\r\n"
#define CHUNKED_LOG "POST / HTTP/1.1 keep-alive chunked\n  Host: a\n  Transfer-Encoding: chunked\n"

// A chunked request with this body.
#define BODY(text, log) H1_REQUEST(CHUNKED text, CHUNKED_LOG log)

// ---- chunks

static void test_chunks(void) {
    BODY("0\r\n\r\n", "END\n");
    BODY("5\r\nhello\r\n0\r\n\r\n", "BODY hello\nEND\n");
    BODY("1\r\na\r\n02\r\nbc\r\n000000000000000003\r\ndef\r\n000\r\n\r\n", "BODY abcdef\nEND\n");
    BODY("a\r\n0123456789\r\nA\r\n\r\n\r\n\r\n\r\n\r\n\r\n0\r\n\r\n",
        "BODY 0123456789\\x0d\\x0a\\x0d\\x0a\\x0d\\x0a\\x0d\\x0a\\x0d\\x0a\nEND\n");
}

static void test_chunk_extensions_are_skipped(void) {
    BODY(
        "5;name\r\nhello\r\n"
        "1 \t ; a = \"b;\xff \" ;;\t\r\n!\r\n"
        "0;last=\"yes\"\r\n\r\n",
        "BODY hello!\nEND\n");
}

static void test_bad_chunk_lines(void) {
    BODY("\r\n", "PROTO 400\n");
    BODY("x", "PROTO 400\n");
    BODY(" 5\r\n", "PROTO 400\n");
    BODY("-5\r\n", "PROTO 400\n");
    BODY("+5\r\n", "PROTO 400\n");
    BODY("0x5\r\n", "PROTO 400\n");
    BODY("5g\r\n", "PROTO 400\n");
    BODY(";x\r\n", "PROTO 400\n");
    BODY("5 \r\n", "PROTO 400\n");          // a blank, but no extension
    BODY("5 5\r\n", "PROTO 400\n");
    BODY("5\n", "PROTO 400\n");
    BODY("5\r\r", "PROTO 400\n");
    BODY("5\rx", "PROTO 400\n");
    BODY("5;x\n", "PROTO 400\n");
    BODY("5;x\rx", "PROTO 400\n");
    BODY("5;\0\r\n", "PROTO 400\n");
    BODY("5;\x7f\r\n", "PROTO 400\n");
    BODY("5,\r\n", "PROTO 400\n");
}

static void test_bad_chunk_ends(void) {
    BODY("2\r\nab0\r\n\r\n", "BODY ab\nPROTO 400\n");
    BODY("2\r\nabc\r\n", "BODY ab\nPROTO 400\n");
    BODY("2\r\nab\n", "BODY ab\nPROTO 400\n");
    BODY("2\r\nab\r0", "BODY ab\nPROTO 400\n");
    BODY("2\r\nab\r\n\r\n", "BODY ab\nPROTO 400\n");
    BODY("3\r\nab\r\n0\r\n\r\n", "BODY ab\\x0d\nPROTO 400\n");
}

static void test_chunk_size_overflow(void) {
    BODY("10000000000000000\r\n", "TOO_BIG 413\n");
    BODY("FFFFFFFFFFFFFFFFF\r\n", "TOO_BIG 413\n");
    BODY("00FFFFFFFFFFFFFFFF\r\nx", "BODY x\nEOF inside a message\n");
    // The sum of all chunks does not wrap either.
    BODY("2\r\nab\r\nfffffffffffffffe", "BODY ab\nTOO_BIG 413\n");
    BODY("2\r\nab\r\nfffffffffffffffd\r\nx", "BODY abx\nEOF inside a message\n");
}

// ---- trailers

static void test_trailers(void) {
    BODY(
        "1\r\na\r\n0\r\nExpires: now\r\nX-Sum:\t 1 2 \r\nETag: \"x\"\r\n\r\n",
        "BODY a\nTRAILER Expires: now\nTRAILER X-Sum: 1 2\nTRAILER ETag: \"x\"\nEND\n");
    BODY("0\r\nX: y\r\n", "TRAILER X: y\nEOF inside a message\n");
}

// What steers framing, routing, authentication or content cannot come after the content
// (RFC 9110 section 6.5.1): such fields are dropped.
static void test_forbidden_trailers_are_dropped(void) {
    BODY(
        "0\r\n"
        "Content-Length: 5\r\n"
        "Transfer-Encoding: chunked\r\n"
        "Host: evil\r\n"
        "X-Fine: 1\r\n"
        "Authorization: x\r\n"
        "Cookie: x\r\n"
        "Set-Cookie: x\r\n"
        "Connection: close\r\n"
        "Trailer: x\r\n"
        "Content-Type: x\r\n"
        "Content-Encoding: gzip\r\n"
        "\r\n"
        "GET / HTTP/1.0\r\n\r\n",
        "TRAILER X-Fine: 1\nEND\nGET / HTTP/1.0\nEND\n");
}

static void test_bad_trailers(void) {
    BODY("0\r\nX : y\r\n\r\n", "PROTO 400\n");
    BODY("0\r\n X: y\r\n\r\n", "PROTO 400\n");
    BODY("0\r\nX: y\r\n z\r\n\r\n", "TRAILER X: y\nPROTO 400\n");
    BODY("0\r\nX\r\n\r\n", "PROTO 400\n");
    BODY("0\r\nX: y\n\r\n", "PROTO 400\n");
    BODY("0\r\nX: \0\r\n\r\n", "PROTO 400\n");
    BODY("0\r\n\n", "PROTO 400\n");
    BODY("0\r\n\rX", "PROTO 400\n");
    BODY("0\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", "PROTO 400\n");
}

// A trailer in pieces is gathered behind a head in pieces and the head stays readable: h1_log.c
// compares its sum at END.
static void test_trailers_behind_a_long_head(void) {
    static char *text, *log;
    ROOM(text, 1024);
    ROOM(log, 1024);
    char *p = text;
    p += strlen(strcpy(p, HEAD "Transfer-Encoding: chunked\r\nX-Long: "));
    memset(p, 'x', 230);
    p += 230;
    p += strlen(strcpy(p, "\r\n\r\n3\r\nabc\r\n0\r\nX-After: "));
    memset(p, 'y', 600);
    p += 600;
    p += strlen(strcpy(p, "\r\n\r\n"));
    char *q = log;
    q += strlen(strcpy(q, CHUNKED_LOG "  X-Long: "));
    memset(q, 'x', 230);
    q += 230;
    q += strlen(strcpy(q, "\nBODY abc\nTRAILER X-After: "));
    memset(q, 'y', 600);
    strcpy(q + 600, "\nEND\n");
    h1_expect(&(h1_kind_t) { 0 }, text, (size_t)(p - text), log, __LINE__);
}

// ---- the body limit

static void test_body_limit(void) {
    const lws_h1_limits_t five = { .body = 5 };
    H1_CASE(
        HEAD "Content-Length: 5\r\n\r\nhello",
        "POST / HTTP/1.1 keep-alive length=5\n  Host: a\n  Content-Length: 5\nBODY hello\nEND\n",
        .limits = &five);
    H1_CASE(HEAD "Content-Length: 6\r\n\r\n", "TOO_BIG 413\n",
        .limits = &five);
    H1_CASE(
        CHUNKED "2\r\nab\r\n003\r\ncde\r\n0\r\n\r\n", CHUNKED_LOG "BODY abcde\nEND\n",
        .limits = &five);
    H1_CASE(CHUNKED "2\r\nab\r\n4", CHUNKED_LOG "BODY ab\nTOO_BIG 413\n",
        .limits = &five);
    H1_CASE(CHUNKED "6", CHUNKED_LOG "TOO_BIG 413\n",
        .limits = &five);
    H1_CASE(
        "HTTP/1.1 200 x\r\n\r\nhello",
        "200 \"x\" HTTP/1.1 until-close\nBODY hello\nEOF END\n",
        .limits = &five, .response = true);
    H1_CASE(
        "HTTP/1.1 200 x\r\n\r\nhello!",
        "200 \"x\" HTTP/1.1 until-close\nBODY hello\nTOO_BIG 413\n",
        .limits = &five, .response = true);
}

// The limit is for each message.
static void test_body_limit_begins_anew(void) {
    const lws_h1_limits_t three = { .body = 3 };
    H1_CASE(
        "POST / HTTP/1.0\r\nContent-Length: 3\r\n\r\nabc"
        "POST / HTTP/1.1\r\nHost:\r\nTransfer-Encoding: chunked\r\n\r\n3\r\ndef\r\n0\r\n\r\n"
        "POST / HTTP/1.0\r\nContent-Length: 3\r\n\r\nghi",
        "POST / HTTP/1.0 length=3\n  Content-Length: 3\nBODY abc\nEND\n"
        "POST / HTTP/1.1 keep-alive chunked\n  Host: \n  Transfer-Encoding: chunked\n"
        "BODY def\nEND\n"
        "POST / HTTP/1.0 length=3\n  Content-Length: 3\nBODY ghi\nEND\n",
        .limits = &three);
}

// ---- the limits of a head: exactly at the limit is fine, one more is not

// Runs before + n times c + after.
static const char *run_filled(
    const char *before, char c, size_t n, const char *after,
    const lws_h1_limits_t *limits, bool response) {
    static char *text;
    static size_t cap;
    size_t at = strlen(before);
    room_grow(&text, &cap, at + n + strlen(after));
    memcpy(text, before, at);
    memset(text + at, c, n);
    at += n;
    memcpy(text + at, after, strlen(after));
    at += strlen(after);
    h1_log_t t = { .response = response, .limits = limits };
    split_case_t sc = { h1_log_open, h1_log_feed, h1_log_close, &t };
    TEST_SPLIT(&sc, text, at);
    return split_log();
}

#define FILLED(...) run_filled(__VA_ARGS__, NULL, false)
#define LIMITED(limits, ...) run_filled(__VA_ARGS__, limits, false)
#define SAYS(what, log) TEST_ASSERT_EQUAL_TEXT(what, log, strlen(what))

static void test_start_line_limit(void) {
    const lws_h1_limits_t l = { .line = 64 };
    const size_t rest = strlen("GET / HTTP/1.1\r\n");
    SAYS("GET /x", LIMITED(&l, "GET /", 'x', 64 - rest, " HTTP/1.1\r\nHost: a\r\n\r\n"));
    SAYS("TOO_BIG 414\n", LIMITED(&l, "GET /", 'x', 65 - rest, " HTTP/1.1\r\nHost: a\r\n\r\n"));
    SAYS("TOO_BIG 414\n", LIMITED(&l, "GET /", 'x', 200, "\n"));
    SAYS("TOO_BIG 414\n", LIMITED(&l, "", 'x', 64, ""));
    SAYS("EOF", LIMITED(&l, "", 'x', 63, ""));
    const size_t status = strlen("HTTP/1.1 204 \r\n");
    SAYS("204 \"x", run_filled("HTTP/1.1 204 ", 'x', 64 - status, "\r\n\r\n", &l, true));
    SAYS("TOO_BIG 431\n", run_filled("HTTP/1.1 204 ", 'x', 65 - status, "\r\n\r\n", &l, true));
}

static void test_field_line_limit(void) {
    const lws_h1_limits_t l = { .line = 64 };
    const size_t rest = strlen("X: \r\n");
    SAYS("GET ", LIMITED(&l, "GET / HTTP/1.0\r\nX: ", 'x', 64 - rest, "\r\n\r\n"));
    SAYS("TOO_BIG 431\n", LIMITED(&l, "GET / HTTP/1.0\r\nX: ", 'x', 65 - rest, "\r\n\r\n"));
    // What lies behind the limit is not looked at.
    SAYS("TOO_BIG 431\n", LIMITED(&l, "GET / HTTP/1.0\r\nX: ", 'x', 66 - rest, "\x01\n"));
    SAYS("PROTO 400\n", LIMITED(&l, "GET / HTTP/1.0\r\nX: ", 'x', 65 - rest, "\x01\n"));
    SAYS("TOO_BIG 431\n", LIMITED(&l, "GET / HTTP/1.0\r\nX:", ' ', 100, "\r\n\r\n"));
}

static void test_default_line_limit(void) {
    const size_t rest = strlen("GET / HTTP/1.0\r\n");
    SAYS("GET ", FILLED("GET /", 'x', LWS_H1_MAX_LINE - rest, " HTTP/1.0\r\n\r\n"));
    SAYS("TOO_BIG 414\n", FILLED("GET /", 'x', LWS_H1_MAX_LINE - rest + 1, " HTTP/1.0\r\n\r\n"));
}

static void test_name_limit(void) {
    SAYS("GET ", FILLED("GET / HTTP/1.0\r\n", 'n', 255, ":\r\n\r\n"));
    SAYS("TOO_BIG 431\n", FILLED("GET / HTTP/1.0\r\n", 'n', 256, ":\r\n\r\n"));
    SAYS("TOO_BIG 431\n", FILLED("GET / HTTP/1.0\r\n", 'n', 300, " \r\n"));
    SAYS("EOF", FILLED("GET / HTTP/1.0\r\n", 'n', 255, ""));
    SAYS("TOO_BIG 431\n", FILLED("GET / HTTP/1.0\r\n", 'n', 256, ""));
}

static void test_head_limit(void) {
    const lws_h1_limits_t l = { .head = 100 };
    const size_t rest = strlen("GET / HTTP/1.0\r\nX: \r\n\r\n");
    SAYS("GET ", LIMITED(&l, "GET / HTTP/1.0\r\nX: ", 'x', 100 - rest, "\r\n\r\n"));
    SAYS("TOO_BIG 431\n", LIMITED(&l, "GET / HTTP/1.0\r\nX: ", 'x', 101 - rest, "\r\n\r\n"));
    SAYS("TOO_BIG 414\n", LIMITED(&l, "GET /", 'x', 100, " HTTP/1.0\r\n\r\n"));
    // The limit is also met between two lines.
    SAYS("TOO_BIG 431\n", LIMITED(&l, "GET / HTTP/1.0\r\nX: ", 'x', 102 - rest, "\r\n"));
    SAYS("EOF", LIMITED(&l, "GET / HTTP/1.0\r\nX: ", 'x', 101 - rest, "\r\n"));
    // Empty lines before do not count, what follows a head does not either.
    SAYS("GET ", LIMITED(&l, "\r\n\r\nGET / HTTP/1.0\r\nX: ", 'x', 100 - rest, "\r\n\r\nGET"));
}

static void test_default_head_limit(void) {
    static char *before;
    const size_t line = 4000;
    ROOM(before, line + 64);
    strcpy(before, "GET / HTTP/1.0\r\nX: ");
    size_t at = strlen(before);
    memset(before + at, 'x', line);
    strcpy(before + at + line, "\r\nY: ");
    const size_t rest = strlen(before) + strlen("\r\n\r\n");
    const lws_h1_limits_t l = { .line = 8000 };
    SAYS("GET ", LIMITED(&l, before, 'y', LWS_H1_MAX_HEAD - rest, "\r\n\r\n"));
    SAYS("TOO_BIG 431\n", LIMITED(&l, before, 'y', LWS_H1_MAX_HEAD - rest + 1, "\r\n\r\n"));
}

// The highest limit there is: 16-bit offsets, and trailers still fit behind.
static lws_h1_event_t ev_of_piece;

static int feed(h1_log_t *t, const char *text, size_t n) {
    int used = lws_h1_rx(&t->x, (const uint8_t *)text, n, &ev_of_piece);
    TEST_ASSERT(used < 0 || (size_t)used == n);
    return used;
}

static int feed_filled(h1_log_t *t, char c, size_t n) {
    char piece[500];
    int used = 0;
    memset(piece, c, sizeof(piece));
    for (size_t k; n && used >= 0; n -= k) {
        k = n < sizeof(piece) ? n : sizeof(piece);
        used = feed(t, piece, k);
    }
    return used;
}

static void test_the_highest_limits(void) {
    const lws_h1_limits_t l = { .line = 65535, .head = 65535 };
    const char before[] = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nX: ";
    const size_t n = LWS_H1_TOP_HEAD - (sizeof(before) - 1) - 4;
    for (size_t extra = 0; extra < 2; extra++) {
        h1_log_t t = { .limits = &l };
        h1_log_open(&t);
        feed(&t, before, sizeof(before) - 1);
        feed_filled(&t, 'x', n + extra);
        if (extra) {
            TEST_ASSERT_EQUAL_INT(LWS_ERR_TOO_BIG, feed(&t, "\r\n\r\n", 4));
            TEST_ASSERT_EQUAL_INT(431, t.x.status);
        } else {
            TEST_ASSERT_EQUAL_INT(4, feed(&t, "\r\n\r\n", 4));
            TEST_ASSERT_EQUAL_INT(LWS_H1_HEAD, ev_of_piece.type);
            TEST_ASSERT_EQUAL_INT(6, feed(&t, "0\r\nA: ", 6));
            feed_filled(&t, 'a', 2000);
            TEST_ASSERT_EQUAL_INT(2, feed(&t, "\r\n", 2));
            TEST_ASSERT_EQUAL_INT(LWS_H1_TRAILER, ev_of_piece.type);
            TEST_ASSERT_EQUAL_INT(2000, ev_of_piece.data.n);
        }
        lws_h1_free(&t.x);
        TEST_ASSERT_NO_LEAK(&t.tm);
    }
}

static void test_header_count_limit(void) {
    const lws_h1_limits_t two = { .headers = 2 };
    H1_CASE(
        "GET / HTTP/1.0\r\nA: 1\r\nB: 2\r\n\r\n", "GET / HTTP/1.0\n  A: 1\n  B: 2\nEND\n",
        .limits = &two);
    H1_CASE("GET / HTTP/1.0\r\nA: 1\r\nB: 2\r\nC", "TOO_BIG 431\n",
        .limits = &two);
    char text[1024] = "GET / HTTP/1.0\r\n";
    for (size_t i = 0; i < LWS_HTTP_MAX_HEADERS; i++) {
        strcat(text, "A: b\r\n");
    }
    SAYS("GET ", FILLED(text, 0, 0, "\r\n"));
    SAYS("TOO_BIG 431\n", FILLED(text, 0, 0, "A: b\r\n\r\n"));
    const lws_h1_limits_t more = { .headers = 255 };
    SAYS("TOO_BIG 431\n", LIMITED(&more, text, 0, 0, "A: b\r\n\r\n"));
}

static void test_chunk_line_limit(void) {
    SAYS(CHUNKED_LOG "BODY a", FILLED(CHUNKED "1;", 'x', LWS_H1_MAX_CHUNK_LINE - 4, "\r\na"));
    SAYS(CHUNKED_LOG "TOO_BIG 400", FILLED(CHUNKED "1;", 'x', LWS_H1_MAX_CHUNK_LINE - 3, "\r\na"));
    SAYS(CHUNKED_LOG "TOO_BIG 400", FILLED(CHUNKED, '0', LWS_H1_MAX_CHUNK_LINE + 1, ""));
    // Each line has its own.
    SAYS(
        CHUNKED_LOG "BODY ab\n",
        FILLED(CHUNKED "1;xxxxxxxx\r\na\r\n1;", 'x', LWS_H1_MAX_CHUNK_LINE - 4, "\r\nb"));
}

static void test_trailer_limit(void) {
    const char *before = CHUNKED "0\r\nX: ";
    const size_t n = LWS_H1_MAX_TRAILERS - strlen("X: \r\n\r\n");
    SAYS(CHUNKED_LOG "TRAILER X", FILLED(before, 'x', n, "\r\n\r\n"));
    const char *log = FILLED(before, 'x', n + 1, "\r\n\r\n");
    TEST_ASSERT_EQUAL_STRING("TOO_BIG 431\n", log + strlen(log) - 12);
    const lws_h1_limits_t l = { .line = 64 };
    SAYS(
        CHUNKED_LOG "TOO_BIG 431\n",
        LIMITED(&l, CHUNKED "0\r\nX: ", 'x', 65 - strlen("X: \r\n"), "\r\n\r\n"));
    // Many small ones count together.
    static char *text;
    ROOM(text, LWS_H1_MAX_TRAILERS + sizeof(CHUNKED "0\r\n"));
    strcpy(text, CHUNKED "0\r\n");
    for (size_t i = 0; i < LWS_H1_MAX_TRAILERS / 8; i++) {
        strcat(text, "A: bcd\r\n");
    }
    log = FILLED(text, 0, 0, "\r\n");
    TEST_ASSERT_EQUAL_STRING("TOO_BIG 431\n", log + strlen(log) - 12);
}

// ---- memory and calls

static void feed_in_pieces(void *user, const lws_mem_t *mem, bool failing) {
    static const char text[] =
        HEAD "X-Long: 0123456789012345678901234567890123456789012345678901234567890123456789\r\n"
        "Y-Long: 01234567890123456789012345678901234567890123456789012345678901234567890123\r\n"
        "Z-Long: 01234567890123456789012345678901234567890123456789012345678901234567890123\r\n"
        "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n"
        "A-Long: 01234567890123456789012345678901234567890123456789012345678901234567890123\r\n"
        "B-Long: 01234567890123456789012345678901234567890123456789012345678901234567890123\r\n"
        "\r\n";
    static evlog_t log;
    h1_log_t t = { .mem = mem };
    const size_t *step = user;
    log.n = 0;
    h1_log_open(&t);
    for (size_t at = 0; at < sizeof(text) - 1 && !t.err; at += *step) {
        size_t n = sizeof(text) - 1 - at < *step ? sizeof(text) - 1 - at : *step;
        h1_log_feed(&t, (uint8_t *)text + at, n, &log);
    }
    TEST_ASSERT_EQUAL_INT(failing ? LWS_ERR_NOMEM : LWS_OK, t.err);
    TEST_ASSERT_EQUAL_INT(0, t.x.status);
    h1_log_close(&t, &log);
}

static void test_every_allocation_may_fail(void) {
    size_t step = 1;
    test_mem_sweep(feed_in_pieces, &step);
    step = 150;
    test_mem_sweep(feed_in_pieces, &step);
}

static void test_whole_heads_take_no_memory(void) {
    static const char text[] =
        "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n" CHUNKED "5\r\nhello\r\n0\r\nX: y\r\n\r\n"
        "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    static evlog_t log;
    h1_log_t t = { .response = false };
    h1_log_open(&t);
    h1_log_feed(&t, (uint8_t *)text, sizeof(text) - 1, &log);
    TEST_ASSERT_EQUAL_INT(0, t.tm.calls);
    TEST_ASSERT_EQUAL_INT(0, t.err);
    // The head is read where it lies.
    lws_h1_event_t ev;
    lws_h1_rx(&t.x, (const uint8_t *)text + 2, sizeof(text) - 3, &ev);
    TEST_ASSERT(t.head.base == (const uint8_t *)text + 2);
    h1_log_close(&t, &log);
}

// What a head took while it came in pieces goes back: at the next call after END, or with
// lws_h1_free between messages.
static void test_memory_goes_back_after_a_message(void) {
    static const char text[] = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    const size_t n = sizeof(text) - 1;
    lws_h1_event_t ev;
    h1_log_t t = { .response = false };
    h1_log_open(&t);
    lws_h1_rx(&t.x, (const uint8_t *)text, 5, &ev);
    TEST_ASSERT_FALSE(lws_h1_idle(&t.x));
    TEST_ASSERT_EQUAL_INT(n - 5, lws_h1_rx(&t.x, (const uint8_t *)text + 5, n - 5, &ev));
    TEST_ASSERT_EQUAL_INT(LWS_H1_HEAD, ev.type);
    TEST_ASSERT_EQUAL_INT(0, lws_h1_rx(&t.x, NULL, 0, &ev));
    TEST_ASSERT_EQUAL_INT(LWS_H1_END, ev.type);
    TEST_ASSERT_EQUAL_TEXT("GET", t.head.base, 3);      // readable while END is handled
    TEST_ASSERT(lws_h1_idle(&t.x));
    lws_h1_free(&t.x);
    TEST_ASSERT_NO_LEAK(&t.tm);
    // And the parser goes on.
    TEST_ASSERT_EQUAL_INT(n, lws_h1_rx(&t.x, (const uint8_t *)text, n, &ev));
    TEST_ASSERT_EQUAL_INT(LWS_H1_HEAD, ev.type);
    TEST_ASSERT_NO_LEAK(&t.tm);
}

static void test_a_head_may_be_replaced_between_calls(void) {
    static const char text[] = HEAD "Content-Length: 2\r\n\r\nhi";
    lws_h1_event_t ev;
    h1_log_t t = { .response = false };
    static lws_head_t *other;
    ROOM(other, sizeof(*other));
    h1_log_open(&t);
    TEST_ASSERT_EQUAL_INT(20, lws_h1_rx(&t.x, (const uint8_t *)text, 20, &ev));
    *other = t.head;
    memset(&t.head, 0xaa, sizeof(t.head));
    t.x.head = other;
    lws_h1_rx(&t.x, (const uint8_t *)text + 20, sizeof(text) - 1 - 20, &ev);
    TEST_ASSERT_EQUAL_INT(LWS_H1_HEAD, ev.type);
    TEST_ASSERT(ev.head == other);
    TEST_ASSERT_EQUAL_INT(2, other->content_length);
    lws_h1_free(&t.x);
    TEST_ASSERT_NO_LEAK(&t.tm);
}

static void test_calls_at_a_wrong_time(void) {
    lws_h1_event_t ev;
    bool ended;
    h1_log_t t = { .response = false };
    h1_log_open(&t);
    t.x.head = NULL;
    TEST_ASSERT_EQUAL_INT(0, lws_h1_rx(&t.x, NULL, 0, &ev));
    TEST_ASSERT_EQUAL_INT(2, lws_h1_rx(&t.x, (const uint8_t *)"\r\n", 2, &ev));
    TEST_ASSERT_EQUAL_INT(LWS_ERR_STATE, lws_h1_rx(&t.x, (const uint8_t *)"G", 1, &ev));
    TEST_ASSERT_EQUAL_INT(LWS_ERR_STATE, lws_h1_eof(&t.x, &ended));
    TEST_ASSERT_FALSE(ended);
}

static void test_eof(void) {
    lws_h1_event_t ev;
    bool ended;
    h1_log_t t = { .response = false };
    h1_log_open(&t);
    TEST_ASSERT_EQUAL_INT(LWS_OK, lws_h1_eof(&t.x, &ended));
    TEST_ASSERT_FALSE(ended);
    lws_h1_rx(&t.x, (const uint8_t *)"\r", 1, &ev);
    TEST_ASSERT_EQUAL_INT(LWS_OK, lws_h1_eof(&t.x, &ended));
    // All was read, its END was not asked for yet.
    h1_log_open(&t);
    lws_h1_rx(&t.x, (const uint8_t *)"GET / HTTP/1.0\r\n\r\n", 18, &ev);
    TEST_ASSERT_EQUAL_INT(LWS_H1_HEAD, ev.type);
    TEST_ASSERT_EQUAL_INT(LWS_OK, lws_h1_eof(&t.x, &ended));
    TEST_ASSERT_TRUE(ended);
    TEST_ASSERT(lws_h1_idle(&t.x));
}

int main(void) {
    UNITY_BEGIN();
    RUN_TEST(test_chunks);
    RUN_TEST(test_chunk_extensions_are_skipped);
    RUN_TEST(test_bad_chunk_lines);
    RUN_TEST(test_bad_chunk_ends);
    RUN_TEST(test_chunk_size_overflow);
    RUN_TEST(test_trailers);
    RUN_TEST(test_forbidden_trailers_are_dropped);
    RUN_TEST(test_bad_trailers);
    RUN_TEST(test_trailers_behind_a_long_head);
    RUN_TEST(test_body_limit);
    RUN_TEST(test_body_limit_begins_anew);
    RUN_TEST(test_start_line_limit);
    RUN_TEST(test_field_line_limit);
    RUN_TEST(test_default_line_limit);
    RUN_TEST(test_name_limit);
    RUN_TEST(test_head_limit);
    RUN_TEST(test_default_head_limit);
    RUN_TEST(test_the_highest_limits);
    RUN_TEST(test_header_count_limit);
    RUN_TEST(test_chunk_line_limit);
    RUN_TEST(test_trailer_limit);
    RUN_TEST(test_every_allocation_may_fail);
    RUN_TEST(test_whole_heads_take_no_memory);
    RUN_TEST(test_memory_goes_back_after_a_message);
    RUN_TEST(test_a_head_may_be_replaced_between_calls);
    RUN_TEST(test_calls_at_a_wrong_time);
    RUN_TEST(test_eof);
    return UNITY_END();
}
