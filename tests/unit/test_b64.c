// Base64: the vectors of RFC 4648, every length, and every way a text can be wrong.
#include "unity.h"

#include "lws/base/b64.h"
#include "support/split.h"

static const struct {
    const char *bytes, *text;
} vectors[] = {     // RFC 4648 section 10
    { "", "" }, { "f", "Zg==" }, { "fo", "Zm8=" }, { "foo", "Zm9v" }, { "foob", "Zm9vYg==" },
    { "fooba", "Zm9vYmE=" }, { "foobar", "Zm9vYmFy" },
};
#define VECTORS (sizeof(vectors) / sizeof(vectors[0]))

static void test_vectors(void) {
    char text[16];
    uint8_t bytes[16];

    for (size_t i = 0; i < VECTORS; i++) {
        lws_span_t in = lws_span(vectors[i].bytes, strlen(vectors[i].bytes));
        int n = lws_b64_encode(LWS_B64_STD, in, text, sizeof(text));
        TEST_ASSERT_EQUAL_TEXT(vectors[i].text, text, (size_t)n);
        int back = lws_b64_decode(LWS_B64_STD, lws_span(text, (size_t)n), bytes, sizeof(bytes));
        TEST_ASSERT_EQUAL_TEXT(vectors[i].bytes, bytes, (size_t)back);
        // The same without padding.
        n = lws_b64_encode(LWS_B64_NO_PAD, in, text, sizeof(text));
        size_t bare = strcspn(vectors[i].text, "=");
        TEST_ASSERT_EQUAL_INT(bare, n);
        TEST_ASSERT_EQUAL_MEMORY(vectors[i].text, text, bare);
        back = lws_b64_decode(LWS_B64_NO_PAD, lws_span(text, bare), bytes, sizeof(bytes));
        TEST_ASSERT_EQUAL_TEXT(vectors[i].bytes, bytes, (size_t)back);
    }
}

static void test_alphabets(void) {
    uint8_t bytes[48];
    char text[64];
    uint32_t v = 0;

    // The 64 digits in order.
    for (size_t i = 0; i < 48; i += 3) {
        uint32_t quantum = v << 18 | (v + 1) << 12 | (v + 2) << 6 | (v + 3);
        bytes[i] = (uint8_t)(quantum >> 16);
        bytes[i + 1] = (uint8_t)(quantum >> 8);
        bytes[i + 2] = (uint8_t)quantum;
        v += 4;
    }
    lws_span_t in = lws_span(bytes, sizeof(bytes));
    TEST_ASSERT_EQUAL_INT(64, lws_b64_encode(LWS_B64_STD, in, text, 64));
    TEST_ASSERT_EQUAL_TEXT(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", text, 64);
    TEST_ASSERT_EQUAL_INT(64, lws_b64_encode(LWS_B64_URL, in, text, 64));
    TEST_ASSERT_EQUAL_TEXT(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", text, 64);
}

// Every byte at every place of a text: only the alphabet is taken, and each digit for its value.
static void test_every_byte_in_every_place(void) {
    static const char std[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    static const char url[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    for (unsigned how = 0; how < 4; how++) {
        const char *alphabet = how & LWS_B64_URL ? url : std;
        for (int b = 0; b < 256; b++) {
            for (size_t place = 0; place < 4; place++) {
                uint8_t text[4] = { 'A', 'A', 'A', 'A' };
                uint8_t bytes[3];
                text[place] = (uint8_t)b;
                int n = lws_b64_decode(how, lws_span(text, 4), bytes, 3);
                const char *at = memchr(alphabet, b, 64);
                if (b == '=' && place == 3 && !(how & LWS_B64_NO_PAD)) {
                    TEST_ASSERT_EQUAL_INT(2, n);
                } else if (!at) {
                    TEST_ASSERT_EQUAL_INT(LWS_ERR_PROTO, n);
                } else {
                    uint32_t v = (uint32_t)bytes[0] << 16 | (uint32_t)bytes[1] << 8 | bytes[2];
                    TEST_ASSERT_EQUAL_INT(3, n);
                    TEST_ASSERT_EQUAL_INT((uint32_t)(at - alphabet) << 6 * (3 - place), v);
                }
            }
        }
    }
}

static void test_round_trips(void) {
    for (size_t n = 0; n < 70; n++) {
        for (unsigned how = 0; how < 4; how++) {
            uint8_t bytes[70], back[70];
            char text[96];
            for (size_t i = 0; i < n; i++) {
                bytes[i] = (uint8_t)(i * 167 + n * 13 + 250);
            }
            int len = lws_b64_encode(how, lws_span(bytes, n), text, sizeof(text));
            TEST_ASSERT_EQUAL_INT(how & LWS_B64_NO_PAD ? (4 * n + 2) / 3
                : LWS_B64_ENCODED_SIZE(n), len);
            lws_span_t in = lws_span(text, (size_t)len);
            TEST_ASSERT_EQUAL_INT(n, lws_b64_decode(how, in, back, n));     // no byte too much
            TEST_ASSERT_EQUAL_MEMORY(bytes, back, n);
            TEST_ASSERT_TRUE(n <= LWS_B64_DECODED_SIZE((size_t)len));
        }
    }
}

static void test_room(void) {
    for (size_t n = 0; n < 20; n++) {
        for (unsigned how = 0; how < 4; how++) {
            uint8_t bytes[20];
            char text[32];
            memset(bytes, 0xa5, sizeof(bytes));
            int need = lws_b64_encode(how, lws_span(bytes, n), text, sizeof(text));
            for (size_t cap = 0; cap < (size_t)need; cap++) {
                memset(text, '#', sizeof(text));
                int got = lws_b64_encode(how, lws_span(bytes, n), text, cap);
                TEST_ASSERT_EQUAL_INT(LWS_ERR_NOSPC, got);
                TEST_ASSERT_EQUAL_INT('#', text[0]);
            }
            uint8_t *end = guard_copy(text, (size_t)need);      // of exactly that length
            int got = lws_b64_encode(how, lws_span(bytes, n), (char *)end, (size_t)need);
            TEST_ASSERT_EQUAL_INT(need, got);
            for (size_t cap = 0; cap < n; cap++) {
                got = lws_b64_decode(how, lws_span(end, (size_t)need), bytes, cap);
                TEST_ASSERT_EQUAL_INT(LWS_ERR_NOSPC, got);
            }
            guard_free(end, (size_t)need);
        }
    }
}

static const struct {
    unsigned how;
    const char *text;
    int want;
} cases[] = {
    { LWS_B64_STD, "Zg", LWS_ERR_PROTO },           // padding missing
    { LWS_B64_STD, "Zg=", LWS_ERR_PROTO },
    { LWS_B64_STD, "Zm8", LWS_ERR_PROTO },
    { LWS_B64_STD, "Z", LWS_ERR_PROTO },
    { LWS_B64_STD, "Z===", LWS_ERR_PROTO },         // padding where it cannot be
    { LWS_B64_STD, "====", LWS_ERR_PROTO },
    { LWS_B64_STD, "=", LWS_ERR_PROTO },
    { LWS_B64_STD, "Zm9v=", LWS_ERR_PROTO },
    { LWS_B64_STD, "Zm9v====", LWS_ERR_PROTO },
    { LWS_B64_STD, "Zm8==", LWS_ERR_PROTO },        // too much of it
    { LWS_B64_STD, "Zg===", LWS_ERR_PROTO },
    { LWS_B64_STD, "Zg==Zg==", LWS_ERR_PROTO },     // something behind it
    { LWS_B64_STD, "Zm8=A", LWS_ERR_PROTO },
    { LWS_B64_STD, "Zg=v", LWS_ERR_PROTO },
    { LWS_B64_STD, "Zh==", LWS_ERR_PROTO },         // bits left over
    { LWS_B64_STD, "Zm9=", LWS_ERR_PROTO },
    { LWS_B64_STD, "Zm 9v", LWS_ERR_PROTO },
    { LWS_B64_STD, "Zm9v\n", LWS_ERR_PROTO },
    { LWS_B64_STD, "-_-_", LWS_ERR_PROTO },         // the other alphabet
    { LWS_B64_URL, "+/+/", LWS_ERR_PROTO },
    { LWS_B64_URL, "-_-_", 3 },
    { LWS_B64_NO_PAD, "Zg", 1 },
    { LWS_B64_NO_PAD, "Zh", LWS_ERR_PROTO },
    { LWS_B64_NO_PAD, "Zm9", LWS_ERR_PROTO },
    { LWS_B64_NO_PAD, "Z", LWS_ERR_PROTO },
    { LWS_B64_NO_PAD, "A", LWS_ERR_PROTO },
    { LWS_B64_NO_PAD, "Zg==", LWS_ERR_PROTO },
    { LWS_B64_NO_PAD, "Zm9vA", LWS_ERR_PROTO },
    { LWS_B64_SPACE, " Z\tm\r\n9v ", 3 },
    { LWS_B64_SPACE, "Zg\n=\n=\n", 1 },
    { LWS_B64_SPACE, "Zg\n=\n", LWS_ERR_PROTO },
    { LWS_B64_SPACE, "\n", 0 },
    { LWS_B64_SPACE, "Zm\v9v", LWS_ERR_PROTO },
    { LWS_B64_SPACE | LWS_B64_NO_PAD | LWS_B64_URL, "Z g\n", 1 },
};
#define CASES (sizeof(cases) / sizeof(cases[0]))

static void test_strict(void) {
    for (size_t i = 0; i < CASES; i++) {
        uint8_t bytes[16];
        lws_span_t in = lws_span(cases[i].text, strlen(cases[i].text));
        int got = lws_b64_decode(cases[i].how, in, bytes, sizeof(bytes));
        TEST_ASSERT_EQUAL_INT_MESSAGE(cases[i].want, got, cases[i].text);
    }
}

// Of all texts of up to four characters from a few, exactly those decode that are the encoding of
// what they decode to.
static void test_one_text_for_each_input(void) {
    static const char some[] = "AQgw+/9=\n-";

    for (unsigned how = 0; how < 4; how++) {
        for (int i = 0; i < 10000; i++) {
            char text[4] = { some[i % 10], some[i / 10 % 10], some[i / 100 % 10], some[i / 1000] };
            for (size_t n = 0; n <= 4; n++) {
                uint8_t bytes[3];
                char again[4];
                int got = lws_b64_decode(how, lws_span(text, n), bytes, 3);
                if (got < 0) {
                    TEST_ASSERT_EQUAL_INT(LWS_ERR_PROTO, got);
                    continue;
                }
                lws_span_t in = lws_span(bytes, (size_t)got);
                TEST_ASSERT_EQUAL_INT(n, lws_b64_encode(how, in, again, 4));
                TEST_ASSERT_EQUAL_MEMORY(text, again, n);
            }
        }
    }
}

static void test_in_place(void) {
    char text[] = "VGhlIHF1aWNrIGJyb3duIGZveA==";
    lws_span_t in = lws_span(text, strlen(text));
    int n = lws_b64_decode(LWS_B64_STD, in, (uint8_t *)text, sizeof(text));
    TEST_ASSERT_EQUAL_TEXT("The quick brown fox", text, (size_t)n);
}

static void test_null_of_no_bytes(void) {
    TEST_ASSERT_EQUAL_INT(0, lws_b64_encode(LWS_B64_STD, lws_span(NULL, 0), NULL, 0));
    TEST_ASSERT_EQUAL_INT(0, lws_b64_decode(LWS_B64_STD, lws_span(NULL, 0), NULL, 0));
}

static void test_an_error_stays(void) {
    lws_b64_t d = { .how = LWS_B64_STD };
    uint8_t bytes[8];
    lws_out_t out = lws_out(bytes, sizeof(bytes));
    lws_span_t in = LWS_LIT("Zm?v");

    TEST_ASSERT_EQUAL_INT(LWS_ERR_PROTO, lws_b64_rx(&d, &in, &out));
    TEST_ASSERT_EQUAL_TEXT("?v", in.p, in.n);       // where it is
    in = LWS_LIT("Zm9v");
    TEST_ASSERT_EQUAL_INT(LWS_ERR_PROTO, lws_b64_rx(&d, &in, &out));
    TEST_ASSERT_EQUAL_INT(LWS_ERR_PROTO, lws_b64_end(&d));
}

// --- any split of input and output gives the same bytes

typedef struct reader {
    lws_b64_t d;
    size_t room;        // bytes of output at a time
    bool bad;
} reader_t;

static reader_t reader;
static unsigned reader_how;
static size_t reader_room;

static void reader_open(void *user) {
    reader_t *r = user;
    memset(r, 0, sizeof(*r));
    r->d.how = (uint8_t)reader_how;
    r->room = reader_room;
}

static void reader_feed(void *user, uint8_t *buf, size_t n, evlog_t *log) {
    reader_t *r = user;
    lws_span_t in = lws_span(buf, n);
    int got = LWS_B64_WANT_OUTPUT;

    while (!r->bad && got == LWS_B64_WANT_OUTPUT) {
        uint8_t bytes[64];
        lws_out_t out = lws_out(bytes, r->room);
        got = lws_b64_rx(&r->d, &in, &out);
        TEST_ASSERT_FALSE(out.full);
        TEST_ASSERT_TRUE(got != LWS_B64_WANT_OUTPUT || out.len == r->room);
        evlog_span(log, lws_span(bytes, out.len));
    }
    if (!r->bad && got < 0) {
        r->bad = true;
        evlog_str(log, " error ");
        evlog_int(log, got);
    } else if (!r->bad) {
        TEST_ASSERT_EQUAL_INT(0, in.n);
    }
}

static void reader_close(void *user, evlog_t *log) {
    reader_t *r = user;
    evlog_str(log, " end ");
    evlog_int(log, lws_b64_end(&r->d));
}

static const split_case_t split = { reader_open, reader_feed, reader_close, &reader };

static void test_split(void) {
    static const char text[] = "VGhlIHF1aWNrIGJyb3duIGZveCBqdW1wcyBvdmVyIHRoZSBsYXp5IGRvZw==";

    for (reader_room = 1; reader_room < 8; reader_room++) {
        reader_how = LWS_B64_STD;
        TEST_SPLIT(&split, text, strlen(text));
        TEST_ASSERT_EQUAL_STRING("The quick brown fox jumps over the lazy dog end 0", split_log());
        for (size_t i = 0; i < CASES; i++) {
            reader_how = cases[i].how;
            TEST_SPLIT(&split, cases[i].text, strlen(cases[i].text));
        }
    }
}

static void test_no_room_at_all(void) {
    lws_b64_t d = { 0 };
    lws_span_t in = LWS_LIT("Zm9v");
    lws_out_t out = lws_out(NULL, 0);

    for (int i = 0; i < 3; i++) {
        TEST_ASSERT_EQUAL_INT(LWS_B64_WANT_OUTPUT, lws_b64_rx(&d, &in, &out));
        TEST_ASSERT_EQUAL_INT(3, in.n);
    }
}

int main(void) {
    UNITY_BEGIN();
    RUN_TEST(test_vectors);
    RUN_TEST(test_alphabets);
    RUN_TEST(test_every_byte_in_every_place);
    RUN_TEST(test_round_trips);
    RUN_TEST(test_room);
    RUN_TEST(test_strict);
    RUN_TEST(test_one_text_for_each_input);
    RUN_TEST(test_in_place);
    RUN_TEST(test_null_of_no_bytes);
    RUN_TEST(test_an_error_stays);
    RUN_TEST(test_split);
    RUN_TEST(test_no_room_at_all);
    return UNITY_END();
}
