// lws/http/auth.h: Basic and Bearer.
#include "lws/http/auth.h"

#include "lws/base/b64.h"
#include "unity.h"

static uint8_t buf[LWS_AUTH_MAX];
static char text[128];

static const char *basic(const char *value) {
    lws_span_t user, password;
    int err = lws_auth_basic(lws_span(value, strlen(value)), buf, sizeof(buf), &user, &password);

    switch (err) {
        case LWS_ERR_UNSUPPORTED:
            return "UNSUPPORTED";
        case LWS_ERR_PROTO:
            return "PROTO";
        case LWS_ERR_TOO_BIG:
            return "TOO_BIG";
    }
    TEST_ASSERT_EQUAL_INT(LWS_OK, err);
    lws_out_t o = lws_out(text, sizeof(text));
    lws_out_span(&o, user);
    LWS_OUT_LIT(&o, "|");
    lws_out_span(&o, password);
    lws_out_u8(&o, 0);
    TEST_ASSERT_FALSE(o.full);
    return text;
}

// The example of RFC 7617 section 2.
static void test_basic(void) {
    TEST_ASSERT_EQUAL_STRING("Aladdin|open sesame", basic("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="));
    TEST_ASSERT_EQUAL_STRING("Aladdin|open sesame",
        basic(" bAsIc   QWxhZGRpbjpvcGVuIHNlc2FtZQ== "));
    TEST_ASSERT_EQUAL_STRING("|", basic("Basic Og=="));
    TEST_ASSERT_EQUAL_STRING("a|b:c", basic("Basic YTpiOmM="));
    TEST_ASSERT_EQUAL_STRING("test|123\xc2\xa3", basic("Basic dGVzdDoxMjPCow=="));
}

static void test_other_schemes(void) {
    TEST_ASSERT_EQUAL_STRING("UNSUPPORTED", basic(""));
    TEST_ASSERT_EQUAL_STRING("UNSUPPORTED", basic("Basic"));
    TEST_ASSERT_EQUAL_STRING("UNSUPPORTED", basic("Basic "));
    TEST_ASSERT_EQUAL_STRING("UNSUPPORTED", basic("Basically YTpi"));
    TEST_ASSERT_EQUAL_STRING("UNSUPPORTED", basic("Digest username=\"a\""));
    TEST_ASSERT_EQUAL_STRING("UNSUPPORTED", basic("Bearer YTpi"));
}

static void test_broken_credentials(void) {
    TEST_ASSERT_EQUAL_STRING("PROTO", basic("Basic ?"));
    TEST_ASSERT_EQUAL_STRING("PROTO", basic("Basic YTpi YTpi"));
    TEST_ASSERT_EQUAL_STRING("PROTO", basic("Basic YTpiOmM"));      // padding is not optional
    TEST_ASSERT_EQUAL_STRING("PROTO", basic("Basic YWI="));         // "ab": no colon
    TEST_ASSERT_EQUAL_STRING("PROTO", basic("Basic YToKYg=="));     // "a:\nb"
    TEST_ASSERT_EQUAL_STRING("PROTO", basic("Basic YToAYg=="));     // "a:\0b"
    TEST_ASSERT_EQUAL_STRING("PROTO", basic("Basic YToJYg=="));     // "a:\tb"
}

static void test_the_length_has_a_limit(void) {
    uint8_t credentials[LWS_AUTH_MAX + 1];
    char value[6 + LWS_B64_ENCODED_SIZE(LWS_AUTH_MAX + 1) + 1] = "Basic ";

    memset(credentials, ':', sizeof(credentials));
    for (size_t n = LWS_AUTH_MAX; n <= LWS_AUTH_MAX + 1; n++) {
        uint8_t big[LWS_AUTH_MAX + 8];
        lws_span_t user, password;
        int len = lws_b64_encode(LWS_B64_STD, lws_span(credentials, n), value + 6,
            sizeof(value) - 6);
        int err = lws_auth_basic(lws_span(value, 6 + (size_t)len), big, sizeof(big), &user,
            &password);
        TEST_ASSERT_EQUAL_INT(n == LWS_AUTH_MAX ? LWS_OK : LWS_ERR_TOO_BIG, err);
    }
    lws_span_t user, password;
    TEST_ASSERT_EQUAL_INT(LWS_ERR_TOO_BIG,
        lws_auth_basic(LWS_LIT("Basic YTpi"), buf, 2, &user, &password));
}

static const char *bearer(const char *value) {
    lws_span_t token = lws_auth_bearer(lws_span(value, strlen(value)));
    if (!token.p) {
        return "none";
    }
    memcpy(text, token.p, token.n);
    text[token.n] = 0;
    return text;
}

static void test_bearer(void) {
    TEST_ASSERT_EQUAL_STRING("mF_9.B5f-4.1JqM", bearer("Bearer mF_9.B5f-4.1JqM"));
    TEST_ASSERT_EQUAL_STRING("a+/~==", bearer("bearer  a+/~=="));
    TEST_ASSERT_EQUAL_STRING("none", bearer("Bearer "));
    TEST_ASSERT_EQUAL_STRING("none", bearer("Bearer =="));
    TEST_ASSERT_EQUAL_STRING("none", bearer("Bearer a b"));
    TEST_ASSERT_EQUAL_STRING("none", bearer("Bearer a=b"));
    TEST_ASSERT_EQUAL_STRING("none", bearer("Bearer a\"b"));
    TEST_ASSERT_EQUAL_STRING("none", bearer("Basic YTpi"));
    TEST_ASSERT_EQUAL_STRING("none", bearer(""));
}

static void test_equal(void) {
    TEST_ASSERT(lws_auth_equal(LWS_LIT("secret"), LWS_LIT("secret")));
    TEST_ASSERT(lws_auth_equal(LWS_LIT(""), LWS_LIT("")));
    TEST_ASSERT(lws_auth_equal(lws_span(NULL, 0), lws_span(NULL, 0)));
    TEST_ASSERT_FALSE(lws_auth_equal(LWS_LIT("secreT"), LWS_LIT("secret")));
    TEST_ASSERT_FALSE(lws_auth_equal(LWS_LIT("Secret"), LWS_LIT("secret")));
    TEST_ASSERT_FALSE(lws_auth_equal(LWS_LIT("secre"), LWS_LIT("secret")));
    TEST_ASSERT_FALSE(lws_auth_equal(LWS_LIT("secret1"), LWS_LIT("secret")));
    TEST_ASSERT_FALSE(lws_auth_equal(LWS_LIT(""), LWS_LIT("secret")));
    TEST_ASSERT_FALSE(lws_auth_equal(LWS_LIT("secret"), LWS_LIT("")));
    uint8_t one[256], other[256];
    for (int bit = 0; bit < 256 * 8; bit++) {
        memset(one, 0x5a, sizeof(one));
        memset(other, 0x5a, sizeof(other));
        one[bit / 8] ^= (uint8_t)(1 << bit % 8);
        TEST_ASSERT_FALSE(lws_auth_equal(lws_span(one, 256), lws_span(other, 256)));
    }
}

static void test_challenge(void) {
    lws_out_t o = lws_out(text, sizeof(text));
    lws_auth_put_basic_challenge(&o, LWS_LIT("my \"dev\\ice\""));
    TEST_ASSERT_EQUAL_TEXT("Basic realm=\"my \\\"dev\\\\ice\\\"\", charset=\"UTF-8\"",
        text, o.len);
    o = lws_out(text, sizeof(text));
    lws_auth_put_basic_challenge(&o, LWS_LIT("a\r\nb"));
    TEST_ASSERT_EQUAL_INT(LWS_ERR_NOSPC, lws_out_end(&o));
}

int main(void) {
    UNITY_BEGIN();
    RUN_TEST(test_basic);
    RUN_TEST(test_other_schemes);
    RUN_TEST(test_broken_credentials);
    RUN_TEST(test_the_length_has_a_limit);
    RUN_TEST(test_bearer);
    RUN_TEST(test_equal);
    RUN_TEST(test_challenge);
    return UNITY_END();
}
