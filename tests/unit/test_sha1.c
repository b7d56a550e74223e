// SHA-1 against the examples of FIPS 180 and RFC 3174, and at every length where padding changes.
#include "lws/ws/sha1.h"
#include "support/effort.h"
#include "support/room.h"
#include "unity.h"

static void check(const void *p, size_t n, const char *want, int line) {
    static const char hex[] = "0123456789abcdef";
    uint8_t digest[LWS_SHA1_LEN];
    char text[2 * LWS_SHA1_LEN + 1];
    lws_sha1(p, n, digest);
    for (size_t i = 0; i < LWS_SHA1_LEN; ++i) {
        text[2 * i] = hex[digest[i] >> 4];
        text[2 * i + 1] = hex[digest[i] & 15];
    }
    text[2 * LWS_SHA1_LEN] = 0;
    unity_equal_str(want, text, line, "digest");
}

#define CHECK(text, want) check((text), strlen(text), (want), __LINE__)

static void test_fips_one_block(void) {
    CHECK("abc", "a9993e364706816aba3e25717850c26c9cd0d89d");
}

static void test_fips_two_blocks(void) {
    CHECK("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        "84983e441c3bd26ebaae4aa1f95129e5e54670f1");
    CHECK("abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn"
        "hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
        "a49b2446a02c645bf419f995b67091253a04a259");
}

static void test_fips_long(void) {
    static uint8_t *p;
    size_t n = unity_exhaustive ? 1000000 : 10000;
    ROOM(p, n);
    memset(p, 'a', n);
    check(p, n, unity_exhaustive ? "34aa973cd4c4daa4f61eeb2bdbad27316534016f"
        : "a080cbda64850abb7b7f67ee875ba068074ff6fe", __LINE__);
}

static void test_rfc_3174_exact_multiple_of_a_block(void) {
    char text[641];
    for (size_t i = 0; i < 640; ++i) {
        text[i] = (char)('0' + i % 8);
    }
    text[640] = 0;
    CHECK(text, "dea356a2cddd90c7a7ecedc5ebb563934f460452");
}

static void test_empty(void) {
    CHECK("", "da39a3ee5e6b4b0d3255bfef95601890afd80709");
}

static void test_lengths_around_the_padding(void) {
    static const struct {
        size_t n;
        const char *want;
    } cases[] = {
        { 1, "5ba93c9db0cff93f52b521d7420e43f6eda2784f" },
        { 55, "8ae2d46729cfe68ff927af5eec9c7d1b66d65ac2" }, // one block
        { 56, "636e2ec698dac903498e648bd2f3af641d3c88cb" },
        { 57, "7cb1330f35244b57437539253304ea78a6b7c443" },
        { 63, "6d942da0c4392b123528f2905c713a3ce28364bd" },
        { 64, "c6138d514ffa2135bfce0ed0b8fac65669917ec7" },
        { 65, "69bd728ad6e13cd76ff19751fde427b00e395746" },
        { 119, "41c89d06001bab4ab78736b44efe7ce18ce6ae08" },
        { 120, "d3dbd653bd8597b7475321b60a36891278e6a04a" },
        { 127, "89d7312a903f65cd2b3e34a975e55dbea9033353" },
        { 128, "e6434bc401f98603d7eda504790c98c67385d535" },
        { 1000, "af0b191c2de46fe13fe0908f5a6a4e90e0cafc46" },
    };
    uint8_t p[1000];
    for (size_t i = 0; i < sizeof(p); ++i) {
        p[i] = (uint8_t)i;
    }
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); ++i) {
        check(p, cases[i].n, cases[i].want, __LINE__);
    }
}

int main(void) {
    UNITY_BEGIN();
    RUN_TEST(test_fips_one_block);
    RUN_TEST(test_fips_two_blocks);
    RUN_TEST(test_fips_long);
    RUN_TEST(test_rfc_3174_exact_multiple_of_a_block);
    RUN_TEST(test_empty);
    RUN_TEST(test_lengths_around_the_padding);
    return UNITY_END();
}
