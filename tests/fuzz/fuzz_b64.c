// Base64: decoding whole and in pieces against a decoder that works on a list of bits, and
// encoding back. The first byte says how the text is written, the second how it is cut.
#include "lws/base/b64.h"

#include <stdlib.h>

#define MOST 8192

static void require(bool ok) {
    if (!ok) {
        abort();
    }
}

static const char std[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char url[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

// text without spaces, if these are allowed.
static size_t without_spaces(unsigned how, const uint8_t *p, size_t n, uint8_t *to) {
    size_t len = 0;
    for (size_t i = 0; i < n; i++) {
        if (!(how & LWS_B64_SPACE) || p[i] == 0 || !strchr(" \t\r\n", p[i])) {
            to[len++] = p[i];
        }
    }
    return len;
}

// The length, or -1.
static int naive(unsigned how, const uint8_t *p, size_t n, uint8_t *bytes) {
    static uint8_t bits[6 * MOST];
    size_t digits = n, n_bits = 0, len = 0;

    if (!(how & LWS_B64_NO_PAD)) {
        if (n % 4) {
            return -1;
        }
        for (int i = 0; i < 2 && digits && p[digits - 1] == '='; i++) {
            digits--;
        }
    }
    for (size_t i = 0; i < digits; i++) {
        const char *at = memchr(how & LWS_B64_URL ? url : std, p[i], 64);
        if (!at) {
            return -1;
        }
        for (int bit = 5; bit >= 0; bit--) {
            bits[n_bits++] = (at - (how & LWS_B64_URL ? url : std)) >> bit & 1;
        }
    }
    while (n_bits - 8 * len >= 8) {
        bytes[len] = 0;
        for (int bit = 0; bit < 8; bit++) {
            bytes[len] = (uint8_t)(bytes[len] << 1 | bits[8 * len + bit]);
        }
        len++;
    }
    for (size_t i = 8 * len; i < n_bits; i++) {
        if (bits[i]) {
            return -1;
        }
    }
    return n_bits - 8 * len < 6 ? (int)len : -1;
}

// The same, by the streaming decoder, with pieces of input and room for output as step says.
static int streamed(unsigned how, lws_span_t text, uint8_t step, uint8_t *bytes) {
    lws_b64_t d = { .how = (uint8_t)how };
    size_t len = 0;

    while (text.n) {
        size_t k = 1 + step % 7;
        lws_span_t piece = lws_span(text.p, k < text.n ? k : text.n);
        int err = LWS_B64_WANT_OUTPUT;
        text.p += piece.n;
        text.n -= piece.n;
        while (err == LWS_B64_WANT_OUTPUT) {
            step = (uint8_t)(step * 5 + 3);
            lws_out_t out = lws_out(bytes + len, step % 5);
            err = lws_b64_rx(&d, &piece, &out);
            len += out.len;
        }
        if (err) {
            return -1;
        }
        require(piece.n == 0);
    }
    return lws_b64_end(&d) ? -1 : (int)len;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static uint8_t bare[MOST], want[MOST], got[MOST + 8];
    static char again[2 * MOST];

    if (size < 2 || size > MOST) {
        return 0;
    }
    unsigned how = data[0] & 7;
    lws_span_t text = lws_span(data + 2, size - 2);
    size_t n = without_spaces(how, text.p, text.n, bare);
    int len = naive(how, bare, n, want);

    int whole = lws_b64_decode(how, text, got, sizeof(got));
    require(len < 0 ? whole == LWS_ERR_PROTO : whole == len && !memcmp(want, got, (size_t)len));
    if (len > 0) {
        require(lws_b64_decode(how, text, got, (size_t)len - 1) == LWS_ERR_NOSPC);
    }
    int pieces = streamed(how, text, data[1], got);
    require(pieces == len && (len < 0 || !memcmp(want, got, (size_t)len)));
    if (len >= 0) {
        require(lws_b64_encode(how, lws_span(want, (size_t)len), again, n) == (int)n);
        require(!memcmp(again, bare, n));
    }

    // The input as bytes to encode.
    int longer = lws_b64_encode(how, text, again, sizeof(again));
    require(longer >= 0);
    require(lws_b64_decode(how, lws_span(again, (size_t)longer), got, text.n) == (int)text.n);
    require(!memcmp(text.p, got, text.n));
    return 0;
}
