// lws/http/multipart.h: multipart/form-data as a stream. A body and the log of its events; every
// body is fed in all splits.
#include "lws/http/multipart.h"

#include "support/room.h"
#include "support/split.h"
#include "support/test_mem.h"
#include "unity.h"

#define CD "Content-Disposition: form-data; "

typedef struct run {
    lws_multipart_t x;
    test_mem_t mem;
    lws_multipart_limits_t limits;
    const char *boundary;
    bool failed;
} run_t;

static run_t run;

static void open_(void *user) {
    run_t *r = user;
    test_mem_init(&r->mem, 0);
    r->failed = false;
    TEST_ASSERT_EQUAL_INT(LWS_OK, lws_multipart_init(&r->x, &r->mem.mem, &r->limits,
        lws_span(r->boundary, strlen(r->boundary))));
}

static void log_event(evlog_t *log, const lws_multipart_event_t *ev) {
    switch (ev->type) {
        case LWS_MULTIPART_NONE:
            break;
        case LWS_MULTIPART_PART:
            evlog_str(log, "[");
            evlog_span(log, ev->name);
            if (ev->filename.p) {
                evlog_str(log, " file ");
                evlog_span(log, ev->filename);
            }
            if (ev->content_type.p) {
                evlog_str(log, " type ");
                evlog_span(log, ev->content_type);
            }
            evlog_str(log, "](");
            break;
        case LWS_MULTIPART_DATA:
            TEST_ASSERT(ev->data.n > 0);
            evlog_span(log, ev->data);
            break;
        case LWS_MULTIPART_PART_END:
            evlog_str(log, ")");
            break;
        case LWS_MULTIPART_END:
            evlog_str(log, " END");
            break;
    }
}

static void feed(void *user, uint8_t *buf, size_t n, evlog_t *log) {
    run_t *r = user;
    lws_multipart_event_t ev;

    while (n && !r->failed) {
        int used = lws_multipart_rx(&r->x, buf, n, &ev);
        if (used < 0) {
            r->failed = true;
            evlog_str(log, used == LWS_ERR_PROTO ? " PROTO" : used == LWS_ERR_TOO_BIG ? " TOO_BIG"
                : " ?");
            TEST_ASSERT_EQUAL_INT(LWS_ERR_STATE, lws_multipart_rx(&r->x, buf, n, &ev));
            break;
        }
        TEST_ASSERT((size_t)used <= n);
        TEST_ASSERT(ev.type != LWS_MULTIPART_NONE || (size_t)used == n);
        log_event(log, &ev);
        buf += used;
        n -= (size_t)used;
    }
}

static void close_(void *user, evlog_t *log) {
    run_t *r = user;
    if (!r->failed && lws_multipart_eof(&r->x) != LWS_OK) {
        evlog_str(log, " CUT");
    }
    lws_multipart_free(&r->x);
    TEST_ASSERT_NO_LEAK(&r->mem);
}

static const split_case_t split = { open_, feed, close_, &run };

static const char *parse_n(const char *body, size_t n) {
    if (!run.boundary) {
        run.boundary = "b";
    }
    TEST_SPLIT(&split, body, n);
    return split_log();
}

static const char *parse(const char *body) {
    return parse_n(body, strlen(body));
}

// One part with this disposition and "x" in it.
static const char *disposition(const char *value) {
    static char *body;
    ROOM(body, 1024);
    lws_out_t o = lws_out(body, 1024);
    LWS_OUT_LIT(&o, "--b\r\nContent-Disposition: ");
    lws_out_put(&o, value, strlen(value));
    LWS_OUT_LIT(&o, "\r\n\r\nx\r\n--b--");
    TEST_ASSERT(lws_out_end(&o) > 0);
    return parse_n(body, o.len);
}

// ---- what browsers send

static void test_a_form(void) {
    run = (run_t) { .boundary = "----WebKitFormBoundaryABC" };
    TEST_ASSERT_EQUAL_STRING(
        "[name](Joe\\x0d\\x0aDoe)[file file a.txt type text/plain](content\\x0a)[none]() END",
        parse("------WebKitFormBoundaryABC\r\n"
            "Content-Disposition: form-data; name=\"name\"\r\n"
            "\r\n"
            "Joe\r\nDoe\r\n"
            "------WebKitFormBoundaryABC\r\n"
            "Content-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n"
            "Content-Type: text/plain\r\n"
            "\r\n"
            "content\n\r\n"
            "------WebKitFormBoundaryABC\r\n"
            "Content-Disposition: form-data; name=\"none\"\r\n"
            "\r\n"
            "\r\n"
            "------WebKitFormBoundaryABC--\r\n"));
    run = (run_t) { 0 };
}

static void test_an_empty_form(void) {
    TEST_ASSERT_EQUAL_STRING(" END", parse("--b--\r\n"));
    TEST_ASSERT_EQUAL_STRING(" END", parse("--b--"));
}

static void test_preamble_and_epilogue_are_dropped(void) {
    TEST_ASSERT_EQUAL_STRING("[a](1) END", parse("This is\r\n--a multi\r\n-part\r\n--b\r\n" CD
        "name=a\r\n\r\n1\r\n--b--\r\nepilogue\r\n--b\r\n\r\n--b--"));
    TEST_ASSERT_EQUAL_STRING("[a](1) END", parse("\r\n--b\r\n" CD "name=a\r\n\r\n1\r\n--b--"));
    TEST_ASSERT_EQUAL_STRING("[a](1) END",
        parse("x--b\r\n\r\n--b\r\n" CD "name=a\r\n\r\n1\r\n--b--"));
}

static void test_spaces_behind_a_boundary(void) {
    TEST_ASSERT_EQUAL_STRING("[a](1) END",
        parse("--b \t\r\n" CD "name=a\r\n\r\n1\r\n--b--  \r\n"));
}

static void test_fields_of_a_part(void) {
    TEST_ASSERT_EQUAL_STRING("[a type image/png; x=y](1) END", parse("--b\r\n"
        "content-TYPE:  image/png; x=y \r\n"
        "Content-Transfer-Encoding: base64\r\n"
        "X-Other:\r\n"
        "content-disposition:form-data;name=a\r\n"
        "\r\n"
        "1\r\n--b--"));
}

// ---- data that looks like a boundary

static void test_almost_boundaries_are_data(void) {
    TEST_ASSERT_EQUAL_STRING(
        "[a](\\x0d\\x0d\\x0a-\\x0d\\x0a--\\x0d\\x0a--B\\x0a--b\\x0d--b--b\\x0d\\x0d) END",
        parse("--b\r\n" CD "name=a\r\n\r\n\r\r\n-\r\n--\r\n--B\n--b\r--b--b\r\r\r\n--b--"));
}

static void test_a_boundary_full_of_dashes(void) {
    run = (run_t) { .boundary = "------" };
    TEST_ASSERT_EQUAL_STRING("[a](-\\x0d\\x0a-------\\x0d\\x0a) END",
        parse("--------\r\n" CD "name=a\r\n\r\n-\r\n-------\r\n\r\n----------"));
    run = (run_t) { 0 };
}

static void test_binary_data(void) {
    static const char begin[] = "--b\r\n" CD "name=a\r\n\r\n";
    static char *body, *want;
    size_t n = sizeof(begin) - 1, w = 4;

    ROOM(body, 512);
    ROOM(want, 2048);
    memcpy(body, begin, n);
    memcpy(want, "[a](", w);
    for (unsigned i = 0; i < 256; i++) {
        body[n++] = (char)i;
        if (i >= 0x20 && i <= 0x7e) {
            want[w++] = (char)i;
        } else {
            memcpy(want + w, "\\x", 2);
            want[w + 2] = "0123456789abcdef"[i >> 4];
            want[w + 3] = "0123456789abcdef"[i & 15];
            w += 4;
        }
    }
    memcpy(body + n, "\r\n--b--", 7);
    memcpy(want + w, ") END", 6);
    TEST_ASSERT_EQUAL_STRING(want, parse_n(body, n + 7));
}

// A piece is as long as the input allows: a lone CR does not cut it.
static void test_pieces_are_long(void) {
    static const char body[] = "--b\r\n" CD "name=a\r\n\r\none\r\ntwo\rthree\r\n--four\r\n--b--";
    lws_multipart_event_t ev;
    size_t at = 0;

    open_(&run);
    do {
        int n = lws_multipart_rx(&run.x, (const uint8_t *)body + at, sizeof(body) - 1 - at, &ev);
        TEST_ASSERT(n >= 0);
        at += (size_t)n;
    } while (ev.type != LWS_MULTIPART_DATA);
    TEST_ASSERT_EQUAL_TEXT("one\r\ntwo\rthree\r\n--four", ev.data.p, ev.data.n);
    lws_multipart_free(&run.x);
}

// ---- names

static void test_names(void) {
    TEST_ASSERT_EQUAL_STRING("[a](x) END", disposition("form-data; name=\"a\""));
    TEST_ASSERT_EQUAL_STRING("[a](x) END", disposition("FORM-DATA; NAME=a; other=1"));
    TEST_ASSERT_EQUAL_STRING("[](x) END", disposition("form-data; name=\"\""));
    TEST_ASSERT_EQUAL_STRING("[a\"b\\c](x) END", disposition("form-data; name=\"a\\\"b\\\\c\""));
    TEST_ASSERT_EQUAL_STRING("[a;b=c](x) END", disposition("form-data; name=\"a;b=c\""));
    TEST_ASSERT_EQUAL_STRING("[\\xc3\\xbc%22](x) END",
        disposition("form-data; name=\"\xc3\xbc%22\""));
}

static void test_a_file_name_is_the_last_component(void) {
    static const char *const cases[][2] = {
        { "a.txt", "a.txt" }, { "", "" }, { "C:\\dir\\new.txt", "new.txt" },
        { "/etc/passwd", "passwd" }, { "../../x", "x" }, { "a/b/", "" }, { "..", "" },
        { ".", "" }, { "a/..", "" }, { "..\\..\\..", "" }, { "...", "..." },
        { ".profile", ".profile" },
        { "a\\\"b", "a\"b" },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char value[128], want[128];
        lws_out_t o = lws_out(value, sizeof(value)), w = lws_out(want, sizeof(want));
        LWS_OUT_LIT(&o, "form-data; name=a; filename=\"");
        lws_out_put(&o, cases[i][0], strlen(cases[i][0]));
        lws_out_put(&o, "\"", 2);
        LWS_OUT_LIT(&w, "[a file ");
        lws_out_put(&w, cases[i][1], strlen(cases[i][1]));
        lws_out_put(&w, "](x) END", 9);
        TEST_ASSERT_EQUAL_STRING(want, disposition(value));
    }
}

static void test_extended_file_names(void) {
    TEST_ASSERT_EQUAL_STRING("[a file \\xe2\\x82\\xac.txt](x) END",
        disposition("form-data; name=a; filename*=UTF-8'en'%e2%82%ac.txt"));
    TEST_ASSERT_EQUAL_STRING("[a file plain](x) END",
        disposition("form-data; filename*=utf-8''other; name=a; filename=plain"));
    TEST_ASSERT_EQUAL_STRING("[a file passwd](x) END",
        disposition("form-data; name=a; filename*=utf-8''..%2Fetc%5cpasswd"));
    TEST_ASSERT_EQUAL_STRING("[a](x) END",
        disposition("form-data; name=a; filename*=iso-8859-1''a%e4"));
    TEST_ASSERT_EQUAL_STRING("[a](x) END", disposition("form-data; name=a; filename*=utf-8'a"));
    TEST_ASSERT_EQUAL_STRING("[a](x) END", disposition("form-data; name=a; filename*=utf-8''%e"));
    TEST_ASSERT_EQUAL_STRING(" PROTO", disposition("form-data; name=a; filename*=utf-8''a%00"));
    TEST_ASSERT_EQUAL_STRING(" PROTO", disposition("form-data; name=a; filename*=utf-8''%0d%0a"));
}

// ---- what is refused

static void test_broken_dispositions(void) {
    static const char *const cases[] = {
        "", "form-data", "form-data; filename=a", "form-data; name", "form-data; name=\"a",
        "form-data; name=\"a\"b", "attachment; name=a", "form-data; name=\"a\x01\"",
        "form-data; name=a\r\nContent-Disposition: form-data; name=b",
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        TEST_ASSERT_EQUAL_STRING(" PROTO", disposition(cases[i]));
    }
}

static void test_broken_heads(void) {
    static const char *const cases[] = {
        "--b\r\n\r\nx\r\n--b--",                            // no head at all
        "--b\r\nContent-Type: a/b\r\n\r\nx\r\n--b--",       // no name
        "--b\r\n" CD "name=a\n\nx\r\n--b--",                // LF alone
        "--b\r\n" CD "name=a\r\n\nx\r\n--b--",
        "--b\r\nno colon\r\n" CD "name=a\r\n\r\n",
        "--b\r\n: no name\r\n" CD "name=a\r\n\r\n",
        "--b\r\nX : y\r\n" CD "name=a\r\n\r\n",             // a space in front of the colon
        "--b\r\nX: y\r\n folded\r\n" CD "name=a\r\n\r\n",
        "--b\r\nX: y\rz\r\n" CD "name=a\r\n\r\n",
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        TEST_ASSERT_EQUAL_STRING(" PROTO", parse(cases[i]));
    }
    static const char nul[] = "--b\r\nX: \0\r\n" CD "name=a\r\n\r\n";
    TEST_ASSERT_EQUAL_STRING(" PROTO", parse_n(nul, sizeof(nul) - 1));
}

static void test_broken_boundary_lines(void) {
    TEST_ASSERT_EQUAL_STRING(" PROTO", parse("--bc\r\n" CD "name=a\r\n\r\nx\r\n--b--"));
    TEST_ASSERT_EQUAL_STRING(" PROTO", parse("--b\n" CD "name=a\r\n\r\nx\r\n--b--"));
    TEST_ASSERT_EQUAL_STRING(" PROTO", parse("--b-\r\n"));
    TEST_ASSERT_EQUAL_STRING(" PROTO", parse("--b -\r\n"));
    TEST_ASSERT_EQUAL_STRING(" PROTO", parse("--b\rx"));
    TEST_ASSERT_EQUAL_STRING("[a](x) PROTO", parse("--b\r\n" CD "name=a\r\n\r\nx\r\n--bc"));
}

static void test_bodies_that_are_cut(void) {
    static const char body[] =
        "--b\r\n" CD "name=a\r\n\r\nxyz\r\n--b\r\n" CD "name=c\r\n\r\n\r\n--b--";

    for (size_t n = 0; n < sizeof(body) - 1; n++) {
        const char *log = parse_n(body, n);
        TEST_ASSERT_EQUAL_STRING(" CUT", log + strlen(log) - 4);
    }
    TEST_ASSERT_EQUAL_STRING("[a](xyz)[c]() END", parse(body));
    TEST_ASSERT_EQUAL_STRING("[a](x CUT", parse("--b\r\n" CD "name=a\r\n\r\nx\r\n--"));
}

// ---- limits

static void test_the_head_has_a_limit(void) {
    static char *body;
    const size_t size = LWS_MULTIPART_MAX_HEAD + 64;
    const size_t frame = 5 + 4;     // "--b" CRLF before it, two CRLF at its end

    ROOM(body, size);
    for (size_t extra = 0; extra < 2; extra++) {
        const char begin[] = "--b\r\n" CD "name=a\r\nX: ";
        size_t n = sizeof(begin) - 1;
        memcpy(body, begin, n);
        memset(body + n, 'x', size - n);
        n = LWS_MULTIPART_MAX_HEAD + extra + frame - 4;
        memcpy(body + n - 4, "\r\n\r\n", 4);
        TEST_ASSERT_EQUAL_STRING(extra ? " TOO_BIG" : "[a]( CUT", parse_n(body, n));
    }
    run = (run_t) { .limits = { .head = 50 } };
    // "Content-Disposition: form-data; name=" is 37, with a name of 9 and two CRLF it is 50.
    TEST_ASSERT_EQUAL_STRING("[abcdefghi](x) END", disposition("form-data; name=abcdefghi"));
    TEST_ASSERT_EQUAL_STRING(" TOO_BIG", disposition("form-data; name=abcdefghij"));
    run = (run_t) { 0 };
}

static void test_the_greatest_limit_of_a_head(void) {
    static const lws_multipart_limits_t limits = { .head = UINT16_MAX };
    static const char begin[] = "--b\r\n" CD "name=a\r\nX: ";
    uint8_t piece[256];
    test_mem_t mem;

    memset(piece, 'x', sizeof(piece));
    for (size_t extra = 0; extra < 2; extra++) {
        size_t n = 5 + UINT16_MAX + extra - 4 - (sizeof(begin) - 1);
        lws_multipart_event_t ev;
        lws_multipart_t x;
        test_mem_init(&mem, 0);
        TEST_ASSERT_EQUAL_INT(LWS_OK, lws_multipart_init(&x, &mem.mem, &limits, LWS_LIT("b")));
        lws_multipart_rx(&x, (const uint8_t *)begin, sizeof(begin) - 1, &ev);
        while (n) {
            size_t k = n < sizeof(piece) ? n : sizeof(piece);
            TEST_ASSERT_EQUAL_INT(k, lws_multipart_rx(&x, piece, k, &ev));
            n -= k;
        }
        TEST_ASSERT_EQUAL_INT(extra ? LWS_ERR_TOO_BIG : 4,
            lws_multipart_rx(&x, (const uint8_t *)"\r\n\r\n", 4, &ev));
        TEST_ASSERT(mem.live_bytes <= UINT16_MAX);
        lws_multipart_free(&x);
        TEST_ASSERT_NO_LEAK(&mem);
    }
}

static void test_names_have_limits(void) {
    run = (run_t) { .limits = { .name = 3, .filename = 5 } };
    TEST_ASSERT_EQUAL_STRING("[abc](x) END", disposition("form-data; name=abc"));
    TEST_ASSERT_EQUAL_STRING(" TOO_BIG", disposition("form-data; name=abcd"));
    TEST_ASSERT_EQUAL_STRING("[a\"b](x) END", disposition("form-data; name=\"a\\\"b\""));
    TEST_ASSERT_EQUAL_STRING("[a file 12345](x) END",
        disposition("form-data; name=a; filename=12345"));
    TEST_ASSERT_EQUAL_STRING(" TOO_BIG", disposition("form-data; name=a; filename=123456"));
    TEST_ASSERT_EQUAL_STRING("[a file 12345](x) END",
        disposition("form-data; name=a; filename=/long/path/12345"));
    run = (run_t) { 0 };

    char value[512];
    for (size_t extra = 0; extra < 2; extra++) {
        lws_out_t o = lws_out(value, sizeof(value));
        LWS_OUT_LIT(&o, "form-data; name=");
        memset(o.p + o.len, 'n', LWS_MULTIPART_MAX_NAME + extra);
        o.len += LWS_MULTIPART_MAX_NAME + extra;
        lws_out_u8(&o, 0);
        TEST_ASSERT((strcmp(disposition(value), " TOO_BIG") == 0) == (extra == 1));
        o = lws_out(value, sizeof(value));
        LWS_OUT_LIT(&o, "form-data; name=a; filename=");
        memset(o.p + o.len, 'f', LWS_MULTIPART_MAX_FILENAME + extra);
        o.len += LWS_MULTIPART_MAX_FILENAME + extra;
        lws_out_u8(&o, 0);
        TEST_ASSERT((strcmp(disposition(value), " TOO_BIG") == 0) == (extra == 1));
    }
}

static void test_the_number_of_parts_has_a_limit(void) {
    static char *body;
    static const char part[] = "--b\r\n" CD "name=a\r\n\r\n\r\n";

    ROOM(body, (LWS_MULTIPART_MAX_PARTS + 1) * 64);
    for (size_t extra = 0; extra < 2; extra++) {
        size_t n = 0;
        for (size_t i = 0; i < LWS_MULTIPART_MAX_PARTS + extra; i++) {
            memcpy(body + n, part, sizeof(part) - 1);
            n += sizeof(part) - 1;
        }
        memcpy(body + n, "--b--", 5);
        const char *want = extra ? ") TOO_BIG" : "() END";
        const char *log = parse_n(body, n + 5);
        TEST_ASSERT_EQUAL_STRING(want, log + strlen(log) - strlen(want));
    }
    run = (run_t) { .limits = { .parts = 1 } };
    TEST_ASSERT_EQUAL_STRING("[a]() TOO_BIG", parse("--b\r\n" CD "name=a\r\n\r\n\r\n--b\r\n" CD));
    run = (run_t) { 0 };
}

// ---- memory

static void sweep(void *user, const lws_mem_t *mem, bool failing) {
    static char *body;
    static const char rest[] = "\r\n" CD "name=a\r\n\r\n1\r\n--b--";
    lws_multipart_t x;
    lws_multipart_event_t ev;
    size_t n = 8, at = 0;
    int used = 0;

    (void)user;
    ROOM(body, 1200);
    memcpy(body, "--b\r\nX: ", n);
    memset(body + n, 'x', 900);     // the head grows several times
    n += 900;
    memcpy(body + n, rest, sizeof(rest) - 1);
    n += sizeof(rest) - 1;
    TEST_ASSERT_EQUAL_INT(LWS_OK, lws_multipart_init(&x, mem, NULL, LWS_LIT("b")));
    while (at < n && used >= 0) {
        size_t piece = n - at < 100 ? n - at : 100;
        used = lws_multipart_rx(&x, (const uint8_t *)body + at, piece, &ev);
        at += used > 0 ? (size_t)used : 0;
    }
    if (failing) {
        TEST_ASSERT_EQUAL_INT(LWS_ERR_NOMEM, used);
        TEST_ASSERT_EQUAL_INT(LWS_ERR_STATE, lws_multipart_rx(&x, (const uint8_t *)body, 1, &ev));
    } else {
        TEST_ASSERT_EQUAL_INT(LWS_OK, lws_multipart_eof(&x));
    }
    lws_multipart_free(&x);
}

static void test_every_allocation_can_fail(void) {
    test_mem_sweep(sweep, NULL);
}

static void test_before_init_and_after_free(void) {
    lws_multipart_t x = { 0 };
    lws_multipart_event_t ev;
    TEST_ASSERT_EQUAL_INT(LWS_ERR_STATE, lws_multipart_rx(&x, (const uint8_t *)"a", 1, &ev));
    lws_multipart_free(&x);
    TEST_ASSERT_EQUAL_INT(LWS_ERR_PROTO, lws_multipart_eof(&x));
    TEST_ASSERT_EQUAL_INT(LWS_ERR_PROTO, lws_multipart_init(&x, NULL, NULL, LWS_LIT("")));
    TEST_ASSERT_EQUAL_INT(LWS_ERR_PROTO, lws_multipart_init(&x, NULL, NULL, LWS_LIT("a\r\n")));
}

// ---- the boundary of a Content-Type

static const char *boundary(const char *content_type) {
    static char text[128];
    lws_span_t b = lws_multipart_boundary(lws_span(content_type, strlen(content_type)));
    if (!b.p) {
        return "none";
    }
    memcpy(text, b.p, b.n);
    text[b.n] = 0;
    return text;
}

#define TEN "0123456789"
#define SEVENTY TEN TEN TEN TEN TEN TEN TEN

static void test_boundary(void) {
    TEST_ASSERT_EQUAL_STRING("abc", boundary("multipart/form-data; boundary=abc"));
    TEST_ASSERT_EQUAL_STRING("a;b c",
        boundary("Multipart/Form-Data;charset=x; BOUNDARY=\"a;b c\""));
    TEST_ASSERT_EQUAL_STRING(SEVENTY, boundary("multipart/form-data; boundary=" SEVENTY));
    TEST_ASSERT_EQUAL_STRING("none", boundary("multipart/form-data; boundary=" SEVENTY "x"));
    TEST_ASSERT_EQUAL_STRING("none", boundary("multipart/form-data"));
    TEST_ASSERT_EQUAL_STRING("none", boundary("multipart/form-data; boundary="));
    TEST_ASSERT_EQUAL_STRING("none", boundary("multipart/form-data; boundary"));
    TEST_ASSERT_EQUAL_STRING("none", boundary("multipart/form-data; boundary=\"a"));
    TEST_ASSERT_EQUAL_STRING("none", boundary("multipart/form-data; boundary=\"a \""));
    TEST_ASSERT_EQUAL_STRING("none", boundary("multipart/form-data; boundary=\"a\\\"\""));
    TEST_ASSERT_EQUAL_STRING("none", boundary("multipart/form-data; boundary=\xc3\xbc"));
    TEST_ASSERT_EQUAL_STRING("none", boundary("multipart/mixed; boundary=abc"));
    TEST_ASSERT_EQUAL_STRING("none", boundary("multipart/form-data2; boundary=abc"));
    TEST_ASSERT_EQUAL_STRING("none", boundary(""));
    TEST_ASSERT_NULL(lws_multipart_boundary(lws_span(NULL, 0)).p);
}

static void test_the_longest_boundary(void) {
    run = (run_t) { .boundary = SEVENTY };
    TEST_ASSERT_EQUAL_STRING("[a](x\\x0d\\x0a--" TEN ") END",
        parse("--" SEVENTY "\r\n" CD "name=a\r\n\r\nx\r\n--" TEN "\r\n--" SEVENTY "--"));
    run = (run_t) { 0 };
}

int main(void) {
    UNITY_BEGIN();
    RUN_TEST(test_a_form);
    RUN_TEST(test_an_empty_form);
    RUN_TEST(test_preamble_and_epilogue_are_dropped);
    RUN_TEST(test_spaces_behind_a_boundary);
    RUN_TEST(test_fields_of_a_part);
    RUN_TEST(test_almost_boundaries_are_data);
    RUN_TEST(test_a_boundary_full_of_dashes);
    RUN_TEST(test_binary_data);
    RUN_TEST(test_pieces_are_long);
    RUN_TEST(test_names);
    RUN_TEST(test_a_file_name_is_the_last_component);
    RUN_TEST(test_extended_file_names);
    RUN_TEST(test_broken_dispositions);
    RUN_TEST(test_broken_heads);
    RUN_TEST(test_broken_boundary_lines);
    RUN_TEST(test_bodies_that_are_cut);
    RUN_TEST(test_the_head_has_a_limit);
    RUN_TEST(test_the_greatest_limit_of_a_head);
    RUN_TEST(test_names_have_limits);
    RUN_TEST(test_the_number_of_parts_has_a_limit);
    RUN_TEST(test_every_allocation_can_fail);
    RUN_TEST(test_before_init_and_after_free);
    RUN_TEST(test_boundary);
    RUN_TEST(test_the_longest_boundary);
    return UNITY_END();
}
