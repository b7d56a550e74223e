#include "lws/base/b64.h"

#include <limits.h>

// Three bytes are four characters of six bits:
//
//     |7 6 5 4 3 2 1 0|7 6 5 4 3 2 1 0|7 6 5 4 3 2 1 0|
//     |5 4 3 2 1 0|5 4 3 2 1 0|5 4 3 2 1 0|5 4 3 2 1 0|
//      first       second      third       fourth
//
// So the second, third and fourth complete a byte, and the second and third leave 4 and 2 bits
// over, which are zero when the text ends with them.

#define NOT_A_DIGIT 64
#define BROKEN 0xff         // quantum after an error

static char digit(unsigned how, unsigned v) {
    if (v < 26) {
        return (char)('A' + v);
    }
    if (v < 52) {
        return (char)('a' + v - 26);
    }
    if (v < 62) {
        return (char)('0' + v - 52);
    }
    if (how & LWS_B64_URL) {
        return v == 62 ? '-' : '_';
    }
    return v == 62 ? '+' : '/';
}

static unsigned digit_value(unsigned how, uint8_t c) {
    if (c >= 'A' && c <= 'Z') {
        return c - 'A';
    }
    if (c >= 'a' && c <= 'z') {
        return c - 'a' + 26u;
    }
    if (c >= '0' && c <= '9') {
        return c - '0' + 52u;
    }
    if (c == (how & LWS_B64_URL ? '-' : '+')) {
        return 62;
    }
    if (c == (how & LWS_B64_URL ? '_' : '/')) {
        return 63;
    }
    return NOT_A_DIGIT;
}

// Bytes whose text fits in cap characters; by quarters, as a division by three is a library call
// on small machines.
static size_t fitting(unsigned how, size_t cap) {
    size_t over = cap & 3;
    return 3 * (cap >> 2) + (how & LWS_B64_NO_PAD && over ? over - 1 : 0);
}

int lws_b64_encode(unsigned how, lws_span_t bytes, char *text, size_t cap) {
    size_t len = 0;

    if (bytes.n > fitting(how, cap < INT_MAX ? cap : INT_MAX)) {
        return LWS_ERR_NOSPC;
    }
    for (size_t i = 0; i < bytes.n; i += 3) {
        size_t left = bytes.n - i;
        uint32_t v = (uint32_t)bytes.p[i] << 16;
        if (left > 1) {
            v |= (uint32_t)bytes.p[i + 1] << 8;
        }
        if (left > 2) {
            v |= bytes.p[i + 2];
        }
        text[len++] = digit(how, v >> 18);
        text[len++] = digit(how, v >> 12 & 63);
        if (left > 1) {
            text[len++] = digit(how, v >> 6 & 63);
        }
        if (left > 2) {
            text[len++] = digit(how, v & 63);
        }
        for (; left < 3 && !(how & LWS_B64_NO_PAD); left++) {
            text[len++] = '=';
        }
    }
    return (int)len;
}

static int broken(lws_b64_t *d) {
    d->quantum = BROKEN;
    return LWS_ERR_PROTO;
}

// An equals sign: the third or fourth of its four, behind what leaves no bits over.
static bool take_pad(lws_b64_t *d) {
    if (d->how & LWS_B64_NO_PAD || d->quantum < 2 || d->quantum > 3 || d->bits) {
        return false;
    }
    d->quantum++;
    d->pads++;
    return true;
}

static bool is_space(uint8_t c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

int lws_b64_rx(lws_b64_t *d, lws_span_t *in, lws_out_t *out) {
    if (d->quantum == BROKEN) {
        return LWS_ERR_PROTO;
    }
    for (; in->n; in->p++, in->n--) {
        uint8_t c = in->p[0];
        unsigned v = digit_value(d->how, c);
        if (v == NOT_A_DIGIT) {
            if ((c == '=' && take_pad(d)) || (d->how & LWS_B64_SPACE && is_space(c))) {
                continue;
            }
            return broken(d);
        }
        if (d->pads) {
            return broken(d);       // behind the end
        }
        if (d->quantum) {
            // 6, 4 and 2 bits wait for the second, third and fourth character, which brings what a
            // byte misses.
            unsigned rest = 2u * d->quantum;        // 2, 4, 6 bits of this character belong to it
            unsigned over = 6 - rest;
            if (out->full || out->len == out->cap) {
                return LWS_B64_WANT_OUTPUT;
            }
            lws_out_u8(out, (uint8_t)(d->bits << rest | v >> over));
            v &= (1u << over) - 1;
        }
        d->bits = (uint8_t)v;
        d->quantum = (d->quantum + 1) & 3;
    }
    return LWS_B64_WANT_INPUT;
}

int lws_b64_end(const lws_b64_t *d) {
    if (d->quantum == 0 || (d->quantum == 4 && d->pads)) {
        return LWS_OK;
    }
    // Two or three characters, without padding and without bits left over.
    bool whole = (d->quantum == 2 || d->quantum == 3) && d->how & LWS_B64_NO_PAD;
    return whole && d->bits == 0 ? LWS_OK : LWS_ERR_PROTO;
}

int lws_b64_decode(unsigned how, lws_span_t text, uint8_t *bytes, size_t cap) {
    lws_b64_t d = { .how = (uint8_t)how };
    lws_out_t out = lws_out(bytes, cap < INT_MAX ? cap : INT_MAX);

    int err = lws_b64_rx(&d, &text, &out);
    if (err == LWS_B64_WANT_OUTPUT) {
        return LWS_ERR_NOSPC;
    }
    if (!err) {
        err = lws_b64_end(&d);
    }
    return err ? err : lws_out_end(&out);
}
