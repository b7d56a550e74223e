// lws/parse/lejp.h: JSON as a stream. A text and the log of its events; every text is fed in all
// splits. An error is logged with its offset: "!6 a value is expected".
#include "lws/parse/lejp.h"

#include "support/room.h"
#include "support/split.h"
#include "unity.h"

typedef struct run {
    lws_lejp_t x;
    bool failed;
    lws_lejp_type_t in;     // the token whose final piece is missing
} run_t;

static run_t run;

static void open_(void *user) {
    memset(user, 0, sizeof(run_t));
}

static void log_piece(run_t *r, evlog_t *log, const lws_lejp_event_t *ev) {
    TEST_ASSERT(ev->first == (r->in == LWS_LEJP_NONE));
    TEST_ASSERT(ev->first || ev->type == r->in);
    TEST_ASSERT(ev->final || ev->data.n > 0);
    r->in = ev->final ? LWS_LEJP_NONE : ev->type;
    if (ev->first) {
        evlog_str(log, ev->type == LWS_LEJP_NAME ? " <"
            : ev->type == LWS_LEJP_STRING ? " '" : " ");
    }
    evlog_span(log, ev->data);
    if (!ev->final) {
        return;
    }
    if (ev->type != LWS_LEJP_NUMBER) {
        evlog_str(log, ev->type == LWS_LEJP_NAME ? ">" : "'");
    } else if (ev->number == LWS_LEJP_INT) {
        evlog_str(log, "=");
        evlog_int(log, ev->value);
    } else {
        evlog_str(log, ev->number == LWS_LEJP_BIG ? " BIG" : " REAL");
    }
}

static void log_event(run_t *r, evlog_t *log, const lws_lejp_event_t *ev) {
    static const char *const words[] = {
        "", " {", " }", " [", " ]", NULL, NULL, NULL, " T", " F", " N", " END",
    };
    if (ev->type >= LWS_LEJP_NAME && ev->type <= LWS_LEJP_NUMBER) {
        log_piece(r, log, ev);
    } else {
        TEST_ASSERT(ev->type == LWS_LEJP_NONE || r->in == LWS_LEJP_NONE);
        evlog_str(log, words[ev->type]);
    }
}

static bool log_error(run_t *r, evlog_t *log, int err) {
    lws_lejp_event_t ev;

    if (err >= 0) {
        TEST_ASSERT_NULL(r->x.error);
        return false;
    }
    r->failed = true;
    evlog_str(log, err == LWS_ERR_PROTO ? " !" : err == LWS_ERR_TOO_BIG ? " TOO_BIG !" : " ?");
    evlog_int(log, r->x.offset);
    evlog_str(log, " ");
    evlog_str(log, r->x.error);
    TEST_ASSERT_EQUAL_INT(LWS_ERR_STATE, lws_lejp_rx(&r->x, (const uint8_t *)"1", 1, &ev));
    TEST_ASSERT_EQUAL_INT(LWS_ERR_STATE, lws_lejp_eof(&r->x, &ev));
    return true;
}

static void feed(void *user, uint8_t *buf, size_t n, evlog_t *log) {
    run_t *r = user;
    lws_lejp_event_t ev;

    while (n && !r->failed) {
        int used = lws_lejp_rx(&r->x, buf, n, &ev);
        if (log_error(r, log, used)) {
            break;
        }
        TEST_ASSERT((size_t)used <= n);
        TEST_ASSERT(ev.type != LWS_LEJP_NONE || (size_t)used == n);
        log_event(r, log, &ev);
        buf += used;
        n -= (size_t)used;
    }
}

static void close_(void *user, evlog_t *log) {
    run_t *r = user;
    lws_lejp_event_t ev = { .type = LWS_LEJP_NONE };

    while (!r->failed && ev.type != LWS_LEJP_END) {
        if (!log_error(r, log, lws_lejp_eof(&r->x, &ev))) {
            log_event(r, log, &ev);
        }
    }
}

static const split_case_t split = { open_, feed, close_, &run };

static const char *parse_n(const char *text, size_t n) {
    TEST_SPLIT(&split, text, n);
    return split_log();
}

static const char *parse(const char *text) {
    return parse_n(text, strlen(text));
}

#define SAYS(want, text) TEST_ASSERT_EQUAL_STRING(want, parse(text))

static void test_values(void) {
    SAYS(" { } END", "{}");
    SAYS(" [ ] END", "[]");
    SAYS(" T END", "true");
    SAYS(" F END", "false");
    SAYS(" N END", "null");
    SAYS(" '' END", "\"\"");
    SAYS(" 'text' END", "\"text\"");
    SAYS(" 1=1 END", "1");
    SAYS(" { <a> 1=1 } END", "{\"a\":1}");
    SAYS(" { <a> [ 1=1 '2' T F N ] <> { } } END",
        "{\"a\":[1,\"2\",true,false,null],\"\":{}}");
    SAYS(" [ [ ] [ [ ] ] { <a> [ ] <a> { } } ] END", "[[],[[]],{\"a\":[],\"a\":{}}]");
}

static void test_space_is_four_bytes(void) {
    SAYS(" { <a> [ 1=1 2=2 ] } END",
        " \t\r\n{ \t\r\n\"a\" \t\r\n: \t\r\n[ \t\r\n1 \t\r\n, \t\r\n2 \t\r\n] \t\r\n} \t\r\n");
    SAYS(" 7=7 END", " 7 ");
    SAYS(" !0 a value is expected", "\f1");
    SAYS(" !0 a value is expected", "\v1");
    SAYS(" !0 a value is expected", "\xc2\xa0" "1");
    SAYS(" [ !1 a value is expected", "[\x85]");
    TEST_ASSERT_EQUAL_STRING(" !0 a value is expected", parse_n("\0", 1));
    TEST_ASSERT_EQUAL_STRING(" 1=1 !1 something follows the value", parse_n("1\0", 2));
}

static void test_strings(void) {
    SAYS(" '\"\\/\\x08\\x0c\\x0a\\x0d\\x09' END", "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"");
    SAYS(" 'A\\xc3\\xa9\\xe2\\x82\\xac\\x00' END", "\"\\u0041\\u00e9\\u20AC\\u0000\"");
    SAYS(" '\\x7f\\xc2\\x80\\xdf\\xbf\\xe0\\xa0\\x80\\xef\\xbf\\xbf' END",
        "\"\\u007f\\u0080\\u07ff\\u0800\\uFFFF\"");
    SAYS(" '\\xed\\x9f\\xbf\\xee\\x80\\x80' END", "\"\\ud7ff\\ue000\"");
    SAYS(" 'a\\x7fb' END", "\"a\x7f" "b\"");
    SAYS(" { <\\x0a\\xc3\\xa9> 'x' } END", "{\"\\n\xc3\xa9\":\"x\"}");
    SAYS(" 'one \\x09 and a long text behind it' END", "\"one \\t and a long text behind it\"");
}

static void test_surrogate_pairs_are_one_character(void) {
    SAYS(" '\\xf0\\x9f\\x98\\x80' END", "\"\\ud83d\\ude00\"");
    SAYS(" '\\xf0\\x90\\x80\\x80\\xf4\\x8f\\xbf\\xbf' END", "\"\\uD800\\uDC00\\udbff\\udfff\"");
    SAYS(" { <x\\xf0\\x9f\\x98\\x80y> 1=1 } END", "{\"x\\uD83D\\uDE00y\":1}");
    SAYS(" 'a !7 half of a surrogate pair is missing", "\"a\\ude00\"");
    SAYS(" !7 half of a surrogate pair is missing", "\"\\ud83d\"");
    SAYS(" !7 half of a surrogate pair is missing", "\"\\ud83dx\"");
    SAYS(" !8 half of a surrogate pair is missing", "\"\\ud83d\\n\"");
    SAYS(" !12 half of a surrogate pair is missing", "\"\\ud83d\\ud83d\"");
    SAYS(" !12 half of a surrogate pair is missing", "\"\\ud83d\\u0041\"");
    SAYS(" !12 half of a surrogate pair is missing", "\"\\udbff\\ue000\"");
}

static void test_utf8(void) {
    SAYS(" '\\xc3\\xa9\\xe2\\x82\\xac\\xf0\\x9f\\x98\\x80' END",
        "\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\"");
    SAYS(" '\\xef\\xbb\\xbf' END", "\"\xef\xbb\xbf\"");
    SAYS(" !0 a value is expected", "\xef\xbb\xbf{}");
    SAYS(" !1 this is no UTF-8", "\"\xff\"");
    SAYS(" 'ab !3 this is no UTF-8", "\"ab\x80" "c\"");
    SAYS(" 'a\\xed !3 this is no UTF-8", "\"a\xed\xa0\xbd\xed\xb8\x80\"");
    SAYS(" !1 this is no UTF-8", "\"\xc0\xaf\"");
    SAYS(" '\\xf4 !2 this is no UTF-8", "\"\xf4\x90\x80\x80\"");
    SAYS(" 'a\\xe2\\x82 !4 this is no UTF-8", "\"a\xe2\x82\"");
    SAYS(" '\\xe2\\x82 !3 this is no UTF-8", "\"\xe2\x82\\u00ac\"");
    SAYS(" '\\xc3 !2 this is no UTF-8", "\"\xc3\n\"");
    SAYS(" { <\\xc3 !3 this is no UTF-8", "{\"\xc3\":1}");
    SAYS(" '\\xc3 !2 it ends too early", "\"\xc3");
}

static void test_integers(void) {
    SAYS(" 0=0 END", "0");
    SAYS(" -0=0 END", "-0");
    SAYS(" -1=-1 END", "-1");
    SAYS(" 10203040=10203040 END", "10203040");
    SAYS(" 9223372036854775807=9223372036854775807 END", "9223372036854775807");
    SAYS(" 9223372036854775808 BIG END", "9223372036854775808");
    SAYS(" -9223372036854775808=-9223372036854775808 END", "-9223372036854775808");
    SAYS(" -9223372036854775809 BIG END", "-9223372036854775809");
    SAYS(" 9223372036854775810 BIG END", "9223372036854775810");
    SAYS(" 92233720368547758070 BIG END", "92233720368547758070");
    SAYS(" 100000000000000000000000000001 BIG END", "100000000000000000000000000001");
    SAYS(" [ 100000000000000000000000000001 BIG 5=5 ] END", "[100000000000000000000000000001,5]");
}

static void test_reals(void) {
    SAYS(" 0.0 REAL END", "0.0");
    SAYS(" -12.5e3 REAL END", "-12.5e3");
    SAYS(" [ 1E9 REAL 1e+9 REAL 1E-09 REAL 0e0 REAL -0.0 REAL ] END",
        "[1E9,1e+9,1E-09,0e0,-0.0]");
    SAYS(" 99999999999999999999.5 REAL END", "99999999999999999999.5");
    SAYS(" { <a> 1.5 REAL } END", "{\"a\":1.5}");
    SAYS(" 1e400 REAL END", "1e400");
}

static void test_malformed_numbers(void) {
    SAYS(" [ 0 !2 a number begins with 0", "[01]");
    SAYS(" -0 !2 a number begins with 0", "-00");
    SAYS(" 0=0 !1 something follows the value", "0x10");
    SAYS(" !0 a value is expected", "+1");
    SAYS(" !0 a value is expected", ".5");
    SAYS(" [ - !2 a digit is expected", "[-]");
    SAYS(" - !1 a digit is expected", "--1");
    SAYS(" [ 1. !3 a digit is expected", "[1.]");
    SAYS(" 1. !2 a digit is expected", "1.e5");
    SAYS(" 1e !2 a digit is expected", "1e,");
    SAYS(" 1e+ !3 a digit is expected", "1e+-5");
    SAYS(" 1.5 REAL !3 something follows the value", "1.5.5");
    SAYS(" 1e5 REAL !3 something follows the value", "1e5.5");
    SAYS(" 1=1 !1 something follows the value", "1-2");
    SAYS(" 1=1 !1 something follows the value", "1_0");
    SAYS(" - !1 a digit is expected", "-Infinity");
    SAYS(" !0 a value is expected", "Infinity");
    SAYS(" !0 a value is expected", "NaN");
    SAYS(" !1 a value is expected", "nan");
    SAYS(" - !1 it ends too early", "-");
    SAYS(" 1. !2 it ends too early", "1.");
    SAYS(" 1e !2 it ends too early", "1e");
    SAYS(" 1e- !3 it ends too early", "1e-");
}

static void test_what_stands_between_values(void) {
    SAYS(" { <a> !6 a value is expected", "{\"a\": }");
    SAYS(" { <a> 1=1 !6 a comma or } is expected", "{\"a\":1]");
    SAYS(" [ 1=1 !2 a comma or ] is expected", "[1}");
    SAYS(" [ 1=1 !3 a comma or ] is expected", "[1 2]");
    SAYS(" { <a> !5 a colon is expected", "{\"a\" 1}");
    SAYS(" { <a> !4 a colon is expected", "{\"a\",1}");
    SAYS(" { <a> !5 a value is expected", "{\"a\"::1}");
    SAYS(" { <a> !4 a colon is expected", "{\"a\"}");
    SAYS(" [ 1=1 !3 a value is expected", "[1,]");
    SAYS(" [ !1 a value is expected", "[,1]");
    SAYS(" [ 1=1 !3 a value is expected", "[1,,2]");
    SAYS(" [ 'a' !4 a comma or ] is expected", "[\"a\":1]");
    SAYS(" { <a> 1=1 !7 a name in quotes is expected", "{\"a\":1,}");
    SAYS(" { !1 a name in quotes is expected", "{,\"a\":1}");
    SAYS(" { !1 a name in quotes is expected", "{1:1}");
    SAYS(" { !1 a name in quotes is expected", "{a:1}");
    SAYS(" { !1 a name in quotes is expected", "{'a':1}");
    SAYS(" { !1 a name in quotes is expected", "{]");
    SAYS(" [ !1 a value is expected", "[}");
    SAYS(" !0 a value is expected", "]");
    SAYS(" !0 a value is expected", ",");
    SAYS(" !0 a value is expected", "'a'");
    SAYS(" [ !1 a value is expected", "[/**/1]");
    SAYS(" [ 1=1 !3 a comma or ] is expected", "[1 //x\n]");
}

static void test_nothing_follows_the_value(void) {
    SAYS(" { } !2 something follows the value", "{}x");
    SAYS(" [ ] !2 something follows the value", "[]]");
    SAYS(" 1=1 !2 something follows the value", "1 2");
    SAYS(" { } !3 something follows the value", "{}\n{}");
    SAYS(" 'a' !3 something follows the value", "\"a\",");
    SAYS(" T !4 something follows the value", "truex");
    SAYS(" { } !3 something follows the value", "{} #");
}

static void test_words(void) {
    SAYS(" !1 a value is expected", "tRue");
    SAYS(" !3 a value is expected", "nulL");
    SAYS(" !0 a value is expected", "True");
    SAYS(" [ !4 a value is expected", "[tru]");
    SAYS(" !4 it ends too early", "fals");
    SAYS(" !0 a value is expected", "undefined");
}

static void test_malformed_strings(void) {
    SAYS(" 'a !2 a control character must be escaped", "\"a\nb\"");
    SAYS(" !1 a control character must be escaped", "\"\x1f\"");
    TEST_ASSERT_EQUAL_STRING(" !1 a control character must be escaped", parse_n("\"\0\"", 3));
    SAYS(" !2 there is no such escape", "\"\\x41\"");
    SAYS(" !2 there is no such escape", "\"\\'\"");
    SAYS(" !2 there is no such escape", "\"\\U0041\"");
    SAYS(" !2 there is no such escape", "\"\\a\"");
    TEST_ASSERT_EQUAL_STRING(" !2 there is no such escape", parse_n("\"\\\0\"", 4));
    SAYS(" !5 a hex digit is expected", "\"\\u00g0\"");
    SAYS(" !6 a hex digit is expected", "\"\\u004\"");
    SAYS(" !3 a hex digit is expected", "\"\\u+041\"");
    SAYS(" !3 a hex digit is expected", "\"\\u@041\"");
    SAYS(" !3 a hex digit is expected", "\"\\uG041\"");
}

static void test_the_end_comes_too_early(void) {
    static const char *const texts[] = {
        "", " ", "[", "{", "[1", "[1,", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,", "\"", "\"a",
        "\"\\", "\"\\u", "\"\\u12", "\"\\ud83d", "\"\\ud83d\\", "\"\\ud83d\\u", "\"\\ud83d\\ude0",
        "t", "[[", "[{}", "[\"a\"", "[true",
    };
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        const char *log = parse(texts[i]);
        TEST_ASSERT_NOT_NULL(strstr(log, "it ends too early"));
        TEST_ASSERT_EQUAL_INT(strlen(texts[i]), run.x.offset);
    }
}

static void test_depth_has_a_limit(void) {
    static char *text;

    ROOM(text, 8 * LWS_LEJP_MAX_DEPTH);
    for (int extra = 0; extra < 2; extra++) {
        size_t depth = LWS_LEJP_MAX_DEPTH + (size_t)extra, n = 0;
        for (size_t i = 0; i < depth; i++) {
            bool object = i % 3 == 1 || i % 8 == 7;
            memcpy(text + n, object ? "{\"\":" : "[", object ? 4 : 1);
            n += object ? 4 : 1;
        }
        text[n++] = '1';
        for (size_t i = depth; i-- > 0;) {
            text[n++] = i % 3 == 1 || i % 8 == 7 ? '}' : ']';
        }
        const char *log = parse_n(text, n);
        TEST_ASSERT((strstr(log, " END") != NULL) == (extra == 0));
        TEST_ASSERT((strstr(log, " TOO_BIG") != NULL) == (extra == 1));
        TEST_ASSERT((strstr(log, " nested too deep") != NULL) == (extra == 1));
        text[n - 1] = text[n - 1] == ']' ? '}' : ']';
        TEST_ASSERT_NULL(strstr(parse_n(text, n), " END"));
    }
}

static void test_a_number_has_a_limit(void) {
    static char *text;

    ROOM(text, LWS_LEJP_MAX_NUMBER + 2);
    for (size_t extra = 0; extra < 2; extra++) {
        memset(text, '1', LWS_LEJP_MAX_NUMBER + extra);
        text[LWS_LEJP_MAX_NUMBER + extra] = ' ';
        const char *log = parse_n(text, LWS_LEJP_MAX_NUMBER + extra + 1);
        TEST_ASSERT((strstr(log, " BIG END") != NULL) == (extra == 0));
        bool refused = strstr(log, " TOO_BIG !1024 this number is too long") != NULL;
        TEST_ASSERT(refused == (extra == 1));
        text[1] = '.';
        log = parse_n(text, LWS_LEJP_MAX_NUMBER + extra);
        TEST_ASSERT((strstr(log, " REAL END") != NULL) == (extra == 0));
    }
}

static void test_long_strings_come_in_pieces(void) {
    static char *text, *want;

    ROOM(text, 1600);
    ROOM(want, 1600);
    memset(text, 'v', 1600);
    memset(want, 'v', 1600);
    memcpy(text, "[\"", 2);
    memcpy(want, " [ '", 4);
    memcpy(text + 1500, "\\n\"]", 4);
    memcpy(want + 1502, "\\x0a' ] END", 12);
    TEST_ASSERT_EQUAL_STRING(want, parse_n(text, 1504));
}

static void test_one_event_a_call(void) {
    static const char text[] = "[[],{\"a\":\"b\\nc\"},12]";
    static const uint8_t ends[] = { 1, 2, 3, 5, 8, 11, 13, 15, 16, 19, 20 };
    lws_lejp_t x = { 0 };
    lws_lejp_event_t ev;
    size_t at = 0;

    for (size_t i = 0; i < sizeof(ends); i++) {
        int n = lws_lejp_rx(&x, (const uint8_t *)text + at, sizeof(text) - 1 - at, &ev);
        TEST_ASSERT(n >= 0 && ev.type != LWS_LEJP_NONE);
        at += (size_t)n;
        TEST_ASSERT_EQUAL_INT(ends[i], at);
        TEST_ASSERT_EQUAL_INT(at, x.offset);
    }
    TEST_ASSERT_EQUAL_INT(LWS_OK, lws_lejp_eof(&x, &ev));
    TEST_ASSERT_EQUAL_INT(LWS_LEJP_END, ev.type);
    TEST_ASSERT_EQUAL_INT(LWS_ERR_STATE, lws_lejp_eof(&x, &ev));
}

int main(void) {
    UNITY_BEGIN();
    RUN_TEST(test_values);
    RUN_TEST(test_space_is_four_bytes);
    RUN_TEST(test_strings);
    RUN_TEST(test_surrogate_pairs_are_one_character);
    RUN_TEST(test_utf8);
    RUN_TEST(test_integers);
    RUN_TEST(test_reals);
    RUN_TEST(test_malformed_numbers);
    RUN_TEST(test_what_stands_between_values);
    RUN_TEST(test_nothing_follows_the_value);
    RUN_TEST(test_words);
    RUN_TEST(test_malformed_strings);
    RUN_TEST(test_the_end_comes_too_early);
    RUN_TEST(test_depth_has_a_limit);
    RUN_TEST(test_a_number_has_a_limit);
    RUN_TEST(test_long_strings_come_in_pieces);
    RUN_TEST(test_one_event_a_call);
    return UNITY_END();
}
