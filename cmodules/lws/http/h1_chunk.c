// The lines of the chunked coding (RFC 9112 section 7.1), byte by byte: they are short and nothing
// of them is kept.
//
//     chunk-size [ BWS ";" extension ... ] CRLF
//     chunk-data CRLF
//     ...
//     1*"0" [ ... ] CRLF          then trailers and an empty line: h1.c
#include "lws/http/h1_line.h"

// Another digit of the size. The message is refused as soon as it must become larger than the
// limit.
static int digit(lws_h1_t *x, unsigned value) {
    uint64_t limit = lws_h1_body_limit(x);
    if (x->left >> 60) {
        return 413;
    }
    x->left = x->left << 4 | value;
    return x->left > limit - x->total ? 413 : LWS_H1_LINE_OK;
}

// Behind the size line's CR.
static void open_chunk(lws_h1_t *x) {
    x->total += x->left;
    x->line_at = x->acc_len;        // the head, when it is there, stays in front of a trailer line
    x->state = x->left ? LWS_H1_CHUNK_DATA : LWS_H1_TRAILERS;
}

// One byte: the status to refuse it with.
static int step(lws_h1_t *x, uint8_t c) {
    unsigned value = lws_h1_hex(c);
    switch (x->state) {
        case LWS_H1_CHUNK_SIZE:
        case LWS_H1_CHUNK_DIGITS:
            if (value < 16) {
                x->state = LWS_H1_CHUNK_DIGITS;
                return digit(x, value);
            }
            if (x->state == LWS_H1_CHUNK_SIZE) {
                return 400;
            }
        // fall through
        case LWS_H1_CHUNK_BLANK:
            if (c == ' ' || c == '\t') {
                x->state = LWS_H1_CHUNK_BLANK;
            } else if (c == ';') {
                x->state = LWS_H1_CHUNK_EXT;
            } else if (c == '\r' && x->state == LWS_H1_CHUNK_DIGITS) {
                x->state = LWS_H1_CHUNK_LINE_LF;
            } else {
                return 400;
            }
            return LWS_H1_LINE_OK;
        case LWS_H1_CHUNK_EXT:
            if (c == '\r') {
                x->state = LWS_H1_CHUNK_LINE_LF;
            } else if ((c < 0x20 && c != '\t') || c == 0x7f) {
                return 400;
            }
            return LWS_H1_LINE_OK;
        case LWS_H1_CHUNK_CR:
            x->state = LWS_H1_CHUNK_LF;
            return c == '\r' ? LWS_H1_LINE_OK : 400;
        case LWS_H1_CHUNK_LINE_LF:
            open_chunk(x);
            return c == '\n' ? LWS_H1_LINE_OK : 400;
        default: // LWS_H1_CHUNK_LF
            x->state = LWS_H1_CHUNK_SIZE;
            x->line_at = 0;
            return c == '\n' ? LWS_H1_LINE_OK : 400;
    }
}

int lws_h1_chunk_line(lws_h1_t *x, const uint8_t *buf, size_t len) {
    size_t i = 0;
    while (i < len && x->state != LWS_H1_CHUNK_DATA && x->state != LWS_H1_TRAILERS) {
        if (x->state <= LWS_H1_CHUNK_LINE_LF && x->line_at++ == LWS_H1_MAX_CHUNK_LINE) {
            x->status = 400;
            return LWS_ERR_TOO_BIG;
        }
        int status = step(x, buf[i++]);
        if (status != LWS_H1_LINE_OK) {
            return lws_h1_refuse(x, status);
        }
    }
    return (int)i;
}
