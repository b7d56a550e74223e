// lws/http/range.h: byte ranges.
#include "lws/http/range.h"

#include "support/split.h"
#include "support/room.h"
#include "unity.h"

static evlog_t log_;

static const char *ranges_of(lws_span_t value, uint64_t size) {
    lws_range_t r[LWS_RANGE_MAX];
    uint8_t count = 99;
    unsigned status = lws_range_parse(value, size, r, &count);

    log_.n = 0;
    evlog_int(&log_, status);
    TEST_ASSERT((status == 206) == (count > 0));
    for (unsigned i = 0; i < count; i++) {
        evlog_str(&log_, i ? "," : " ");
        evlog_int(&log_, (int64_t)r[i].first);
        evlog_str(&log_, "-");
        evlog_int(&log_, (int64_t)r[i].last);
    }
    return log_.text;
}

static const char *parse(const char *value, uint64_t size) {
    uint8_t *p = guard_copy(value, strlen(value));
    const char *result = ranges_of(lws_span(p, strlen(value)), size);
    guard_free(p, strlen(value));
    return result;
}

// The examples of RFC 9110 section 14.1.2, for 10,000 bytes.
static void test_examples_of_the_rfc(void) {
    TEST_ASSERT_EQUAL_STRING("206 0-499", parse("bytes=0-499", 10000));
    TEST_ASSERT_EQUAL_STRING("206 500-999", parse("bytes=500-999", 10000));
    TEST_ASSERT_EQUAL_STRING("206 9500-9999", parse("bytes=-500", 10000));
    TEST_ASSERT_EQUAL_STRING("206 9500-9999", parse("bytes=9500-", 10000));
    TEST_ASSERT_EQUAL_STRING("206 0-0,9999-9999", parse("bytes=0-0,-1", 10000));
    TEST_ASSERT_EQUAL_STRING("206 0-999,4500-5499,9000-9999",
        parse("bytes= 0-999, 4500-5499, -1000", 10000));
    TEST_ASSERT_EQUAL_STRING("206 500-999", parse("bytes=500-600,601-999", 10000));
    TEST_ASSERT_EQUAL_STRING("206 500-999", parse("bytes=500-700,601-999", 10000));
}

static void test_ends_are_cut_to_the_size(void) {
    TEST_ASSERT_EQUAL_STRING("206 5-9", parse("bytes=5-10", 10));
    TEST_ASSERT_EQUAL_STRING("206 9-9", parse("bytes=9-", 10));
    TEST_ASSERT_EQUAL_STRING("206 0-9", parse("bytes=0-", 10));
    TEST_ASSERT_EQUAL_STRING("206 0-9", parse("bytes=-10", 10));
    TEST_ASSERT_EQUAL_STRING("206 0-9", parse("bytes=-11", 10));
    TEST_ASSERT_EQUAL_STRING("206 0-0", parse("bytes=0-0", 1));
}

static void test_numbers_beyond_64_bits(void) {
    TEST_ASSERT_EQUAL_STRING("206 3-9", parse("bytes=3-18446744073709551615", 10));
    TEST_ASSERT_EQUAL_STRING("206 3-9", parse("bytes=3-18446744073709551616", 10));
    TEST_ASSERT_EQUAL_STRING("206 0-9", parse("bytes=-99999999999999999999999999", 10));
    TEST_ASSERT_EQUAL_STRING("416", parse("bytes=99999999999999999999999999-", 10));
    TEST_ASSERT_EQUAL_STRING("416", parse("bytes=18446744073709551615-", UINT64_MAX));
    TEST_ASSERT_EQUAL_STRING("206 9223372036854775806-9223372036854775806",
        parse("bytes=-1", INT64_MAX));
}

static void test_none_inside_the_size(void) {
    TEST_ASSERT_EQUAL_STRING("416", parse("bytes=10-", 10));
    TEST_ASSERT_EQUAL_STRING("416", parse("bytes=10-20,30-40", 10));
    TEST_ASSERT_EQUAL_STRING("416", parse("bytes=-0", 10));
    TEST_ASSERT_EQUAL_STRING("206 5-9", parse("bytes=10-,5-", 10));
}

static void test_broken_or_foreign_is_ignored(void) {
    static const char *const cases[] = {
        "", "bytes", "bytes=", "bytes=,", "bytes=-", "bytes=--1", "bytes=1", "bytes=a-b",
        "bytes=5-4", "bytes=1-2,5-4", "bytes=1-2,x", "bytes=1 - 2", "bytes=1- 2", "bytes=+1-2",
        "bytes=1-2-3", "bytes=0x1-2", "bytes:0-1", "items=0-1", "bytes 0-1/10", "=0-1",
        "bytes=1-2;3-4", "bytes=\"1-2\"", "bytes = 0-1",
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        TEST_ASSERT_EQUAL_STRING("200", parse(cases[i], 10));
    }
    TEST_ASSERT_EQUAL_STRING("206 0-1", parse("Bytes=0-1", 10));    // units: any case
    TEST_ASSERT_EQUAL_STRING("206 0-1", parse("bytes=,0-1,,", 10));
}

static void test_an_empty_file_is_sent_whole(void) {
    TEST_ASSERT_EQUAL_STRING("200", parse("bytes=0-", 0));
    TEST_ASSERT_EQUAL_STRING("200", parse("bytes=-5", 0));
}

static void test_the_clients_order_is_kept(void) {
    TEST_ASSERT_EQUAL_STRING("206 90-99,0-9,50-59", parse("bytes=90-,0-9,50-59", 100));
}

static void test_overlapping_and_touching_ranges_are_joined(void) {
    TEST_ASSERT_EQUAL_STRING("206 0-19", parse("bytes=0-9,10-19", 100));
    TEST_ASSERT_EQUAL_STRING("206 0-19", parse("bytes=10-19,0-9", 100));
    TEST_ASSERT_EQUAL_STRING("206 0-9,11-19", parse("bytes=0-9,11-19", 100));
    TEST_ASSERT_EQUAL_STRING("206 0-99", parse("bytes=0-,0-,0-", 100));
    TEST_ASSERT_EQUAL_STRING("206 0-29", parse("bytes=0-9,20-29,5-25", 100));
    TEST_ASSERT_EQUAL_STRING("206 40-49,0-29", parse("bytes=40-49,20-29,0-9,8-21", 100));
    TEST_ASSERT_EQUAL_STRING("206 0-29,40-49", parse("bytes=0-9,40-49,20-29,5-25", 100));
    TEST_ASSERT_EQUAL_STRING("206 0-99", parse("bytes=50-59,30-39,10-19,0-99", 100));
}

// CVE-2011-3192: "bytes=0-,5-0,5-1,5-2,..." made servers send the file a thousand times.
static void test_the_apache_killer(void) {
    static char *value;
    const size_t size = 8192;
    size_t n = strlen("bytes=0-");

    ROOM(value, size);
    memcpy(value, "bytes=0-", n);
    for (int i = 5; i < 1000 && n < size - 16; i++) {
        memcpy(value + n, ",5-", 3);
        n += 3;
        value[n++] = (char)('0' + i / 100);
        value[n++] = (char)('0' + i / 10 % 10);
        value[n++] = (char)('0' + i % 10);
    }
    TEST_ASSERT_EQUAL_STRING("200", ranges_of(lws_span(value, n), 10000));
}

static void test_the_number_of_ranges_has_a_limit(void) {
    char value[256] = "bytes=";
    size_t n = strlen(value);

    for (int i = 0; i < LWS_RANGE_MAX; i++) {
        memcpy(value + n, "00-00,", 6);
        value[n] = value[n + 3] = (char)('0' + i * 2 / 10);
        value[n + 1] = value[n + 4] = (char)('0' + i * 2 % 10);
        n += 6;
    }
    TEST_ASSERT_EQUAL_STRING("206 0-0,2-2,4-4,6-6,8-8,10-10,12-12,14-14,16-16,18-18,20-20,22-22,"
        "24-24,26-26,28-28,30-30", ranges_of(lws_span(value, n), 100));
    memcpy(value + n, "5-5", 3);
    TEST_ASSERT_EQUAL_STRING("200", ranges_of(lws_span(value, n + 3), 100));
}

static void test_content_range(void) {
    char text[64];
    lws_range_t r = { 42, 1233 };
    lws_out_t o = lws_out(text, sizeof(text));
    lws_range_put(&o, &r, 1234);
    TEST_ASSERT_EQUAL_TEXT("bytes 42-1233/1234", text, o.len);
    o = lws_out(text, sizeof(text));
    lws_range_put(&o, NULL, 47022);
    TEST_ASSERT_EQUAL_TEXT("bytes */47022", text, o.len);
}

// Writes what a server would send and returns its length.
static size_t multipart(const lws_range_t *r, uint8_t count, lws_span_t file, lws_span_t type,
    char *text, size_t cap) {
    lws_out_t o = lws_out(text, cap);

    for (uint8_t i = 0; i < count; i++) {
        lws_range_put_part(&o, &r[i], file.n, type, 0xabc, i == 0);
        lws_out_put(&o, file.p + r[i].first, (size_t)(r[i].last - r[i].first + 1));
    }
    lws_range_put_close(&o, 0xabc);
    TEST_ASSERT(lws_out_end(&o) > 0);
    return o.len;
}

static void test_multipart_body(void) {
    static const lws_range_t r[] = { { 0, 1 }, { 8, 9 } };
    char text[512];
    size_t n = multipart(r, 2, LWS_LIT("0123456789"), LWS_LIT("text/plain"), text, sizeof(text));
    TEST_ASSERT_EQUAL_TEXT(
        "--lws-0000000000000abc\r\n"
        "Content-Type: text/plain\r\n"
        "Content-Range: bytes 0-1/10\r\n"
        "\r\n"
        "01\r\n"
        "--lws-0000000000000abc\r\n"
        "Content-Type: text/plain\r\n"
        "Content-Range: bytes 8-9/10\r\n"
        "\r\n"
        "89\r\n"
        "--lws-0000000000000abc--\r\n", text, n);
    TEST_ASSERT_EQUAL_INT(n, lws_range_multipart_len(r, 2, 10, LWS_LIT("text/plain")));
}

static void test_the_length_is_known_beforehand(void) {
    static uint8_t *bytes;
    static char *text;
    const size_t size = 2000, room_of_text = 8192;
    static const char *const values[] = {
        "bytes=0-0,2-2", "bytes=-1,0-0", "bytes=9-10,99-100,999-1000", "bytes=0-8,10-98,100-998",
        "bytes=5-5,3-3,1-1,7-7", "bytes=1000-,0-998",
    };
    ROOM(bytes, size);
    ROOM(text, room_of_text);
    for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
        for (size_t typed = 0; typed < 2; typed++) {
            lws_span_t type = typed ? LWS_LIT("application/octet-stream") : lws_span(NULL, 0);
            lws_range_t r[LWS_RANGE_MAX];
            uint8_t count;
            TEST_ASSERT_EQUAL_INT(206, lws_range_parse(lws_span(values[i], strlen(values[i])),
                size, r, &count));
            TEST_ASSERT_EQUAL_INT(
                multipart(r, count, lws_span(bytes, size), type, text, room_of_text),
                lws_range_multipart_len(r, count, size, type));
        }
    }
}

static void test_the_longest_part_head_is_counted(void) {
    lws_range_t r = { UINT64_MAX - 3, UINT64_MAX - 2 };
    char text[256];
    lws_out_t o = lws_out(text, sizeof(text));
    lws_range_put_part(&o, &r, UINT64_MAX - 1, LWS_LIT("t"), UINT64_MAX, true);
    lws_range_put_close(&o, UINT64_MAX);
    TEST_ASSERT_EQUAL_INT(o.len + 2, lws_range_multipart_len(&r, 1, UINT64_MAX - 1, LWS_LIT("t")));
}

static void test_boundary(void) {
    char text[LWS_RANGE_BOUNDARY_LEN];
    lws_out_t o = lws_out(text, sizeof(text));
    lws_range_put_boundary(&o, 0x0123456789abcdef);
    TEST_ASSERT_EQUAL_TEXT("lws-0123456789abcdef", text, o.len);
}

int main(void) {
    UNITY_BEGIN();
    RUN_TEST(test_examples_of_the_rfc);
    RUN_TEST(test_ends_are_cut_to_the_size);
    RUN_TEST(test_numbers_beyond_64_bits);
    RUN_TEST(test_none_inside_the_size);
    RUN_TEST(test_broken_or_foreign_is_ignored);
    RUN_TEST(test_an_empty_file_is_sent_whole);
    RUN_TEST(test_the_clients_order_is_kept);
    RUN_TEST(test_overlapping_and_touching_ranges_are_joined);
    RUN_TEST(test_the_apache_killer);
    RUN_TEST(test_the_number_of_ranges_has_a_limit);
    RUN_TEST(test_content_range);
    RUN_TEST(test_multipart_body);
    RUN_TEST(test_the_length_is_known_beforehand);
    RUN_TEST(test_the_longest_part_head_is_counted);
    RUN_TEST(test_boundary);
    return UNITY_END();
}
