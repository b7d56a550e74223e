// Receiving and building frames; the wire is drawn in frame.h.
//
// A message that lies whole in the caller's buffer is unmasked there and handed out from there.
// One that does not is gathered in acc, unmasked on the way:
//
//     acc:  | message so far (got) | control payload so far (control) | free ... acc_cap
//
// A control frame may come between the fragments of a message, so its pieces wait behind them.
#include <limits.h>

#include "lws/base/utf8.h"
#include "lws/ws/frame.h"

enum { FIN = 0x80, RSV = 0x70, OPCODE = 0x0f, CONTROL = 0x08, MASKED = 0x80, LENGTH = 0x7f };
enum { LENGTH_16 = 126, LENGTH_64 = 127 };

// Out of the way of the common case.
#if defined(__GNUC__)
#define RARE __attribute__((noinline))
#else
#define RARE
#endif

// Bytes that must be there to look for the common case: the shortest header with a mask, which is
// longer than one without a mask and with 16 bits of length.
enum { WHOLE_MIN = 6 };

enum { BEGUN = 0x80 };      // in flags: a piece of this message was handed out

enum {                      // stage
    AT_HEADER,              // u.header, have
    IN_PAYLOAD,             // u.frame
    CLOSED,                 // a CLOSE came: the rest is dropped
    FAILED,                 // code
};

// Fails for good; code is what to tell the peer.
static int fail(lws_ws_rx_t *x, uint16_t code) {
    x->stage = FAILED;
    x->code = code;
    switch (code) {
        case LWS_WS_TOO_BIG:
            return LWS_ERR_TOO_BIG;
        case LWS_WS_INTERNAL:
            return LWS_ERR_NOMEM;
        default:
            return LWS_ERR_PROTO;
    }
}

static bool chunked(const lws_ws_rx_t *x) {
    return x->flags & LWS_WS_CHUNKS;
}

// Bytes that a message may have.
static uint64_t limit(const lws_ws_rx_t *x) {
    if (x->max_message) {
        return x->max_message;
    }
    return chunked(x) ? UINT64_MAX : LWS_WS_MAX_MESSAGE;
}

// Bytes of acc that belong to the message.
static size_t held(const lws_ws_rx_t *x) {
    return chunked(x) ? 0 : x->got;
}

// ---- header

// Bytes of extended length that the second byte of a header announces.
static size_t extended(uint8_t second) {
    switch (second & LENGTH) {
        case LENGTH_16:
            return 2;
        case LENGTH_64:
            return 8;
        default:
            return 0;
    }
}

// Length of the header at h, of which there are n bytes; 2 until its second byte tells.
static size_t header_length(const uint8_t *h, size_t n) {
    return n < 2 ? 2 : 2 + extended(h[1]) + (h[1] & MASKED ? 4 : 0);
}

// May a frame with these first two bytes come now?
static bool header_ok(const lws_ws_rx_t *x, const uint8_t *h) {
    bool must_mask = !(x->flags & LWS_WS_CLIENT);
    if ((h[0] & RSV) || !(h[1] & MASKED) == must_mask) {
        return false;
    }
    uint8_t opcode = h[0] & OPCODE;
    if (opcode & CONTROL) {
        return opcode <= LWS_WS_PONG && (h[0] & FIN) && (h[1] & LENGTH) <= LWS_WS_MAX_CONTROL;
    }
    // A continuation needs a message to continue, a message must not start inside another.
    return opcode <= LWS_WS_BINARY && (opcode == LWS_WS_CONT) == (x->opcode != 0);
}

// Payload length, or UINT64_MAX when it is not in its shortest form or has the top bit set (5.2).
static uint64_t payload_length(const uint8_t *h) {
    size_t bytes = extended(h[1]);
    if (bytes == 0) {
        return h[1] & LENGTH;
    }
    uint64_t n = 0;
    for (size_t i = 0; i < bytes; ++i) {
        n = n << 8 | h[2 + i];
    }
    bool short_enough = n > (bytes == 2 ? LENGTH_16 - 1 : UINT16_MAX);
    return short_enough && n <= INT64_MAX ? n : UINT64_MAX;
}

// A complete header of length bytes, in the caller's buffer or in x.
static int open_frame(lws_ws_rx_t *x, const uint8_t *h, size_t length) {
    if (!header_ok(x, h)) {
        return fail(x, LWS_WS_PROTOCOL_ERROR);
    }
    uint64_t n = payload_length(h);
    if (n == UINT64_MAX) {
        return fail(x, LWS_WS_PROTOCOL_ERROR);
    }
    uint8_t opcode = h[0] & OPCODE;
    if (!(opcode & CONTROL)) {
        if (n > limit(x) - x->got) {
            return fail(x, LWS_WS_TOO_BIG);
        }
        if (opcode != LWS_WS_CONT) {
            x->opcode = opcode;
        }
    }
    x->head = h[0];
    if (h[1] & MASKED) {
        uint8_t key[4];     // h may be x->u.header, which the next stores overwrite
        memcpy(key, h + length - 4, 4);
        memcpy(x->u.frame.key, key, 4);
    }
    x->u.frame.left = n;
    x->have = 0;
    x->stage = IN_PAYLOAD;
    return LWS_OK;
}

// Takes a header, or what there is of it. Bytes used, or an error.
static int take_header(lws_ws_rx_t *x, const uint8_t *p, size_t n) {
    int err = LWS_OK;
    size_t used = 0;
    if (x->have == 0) {
        used = header_length(p, n);
        if (used <= n) {
            err = open_frame(x, p, used);
            return err ? err : (int)used;
        }
        used = 0;
    }
    size_t length = header_length(x->u.header, x->have);
    while (x->have < length && used < n) {
        x->u.header[x->have++] = p[used++];
        length = header_length(x->u.header, x->have);
    }
    if (x->have == length) {
        err = open_frame(x, x->u.header, length);
    }
    return err ? err : (int)used;
}

// ---- payload

// Unmasks the next n bytes of the frame to dst, which may be p. False: all of them are ASCII.
static bool unmask(lws_ws_rx_t *x, uint8_t *dst, const uint8_t *p, size_t n) {
    bool high = true;
    if (!(x->flags & LWS_WS_CLIENT)) {
        high = lws_ws_mask(dst, p, n, x->u.frame.key);
    } else if (dst != p) {
        memcpy(dst, p, n);
    }
    x->u.frame.left -= n;
    if (x->u.frame.left && (n & 3)) {
        uint8_t key[4];
        memcpy(key, x->u.frame.key, 4);
        for (size_t i = 0; i < 4; ++i) {
            x->u.frame.key[i] = key[(i + n) & 3];
        }
    }
    return high;
}

// Makes acc hold at least size bytes. A message that will grow on gets half as much again, so that
// many small fragments are not copied many times.
static int reserve(lws_ws_rx_t *x, size_t size, bool grows) {
    if (size <= x->acc_cap) {
        return LWS_OK;
    }
    if (grows) {
        size_t room = limit(x) - size;
        size += size / 2 < room ? size / 2 : room;
    }
    uint8_t *acc = lws_mem_resize(x->mem, x->acc, x->acc_cap, size);
    if (!acc) {
        return fail(x, LWS_WS_INTERNAL);
    }
    x->acc = acc;
    x->acc_cap = size;
    return LWS_OK;
}

// Checks n new bytes of a message; high: some may not be ASCII.
static bool text_ok(lws_ws_rx_t *x, const uint8_t *p, size_t n, bool high) {
    if (x->opcode != LWS_WS_TEXT || (!high && lws_utf8_done(x->utf8))) {
        return true;
    }
    return lws_utf8_rx(&x->utf8, p, n) == LWS_OK;
}

// n more bytes of a data frame are at p; ends: they are its last.
static int put_data(lws_ws_rx_t *x, lws_ws_event_t *ev, const uint8_t *p, size_t n, bool ends) {
    bool final = ends && (x->head & FIN);
    if (final && !lws_utf8_done(x->utf8)) {     // ends inside a character
        return fail(x, LWS_WS_BAD_DATA);
    }
    x->got += n;
    if (!final && !(chunked(x) && n)) {
        return LWS_OK;
    }
    ev->type = LWS_WS_EV_DATA;
    ev->opcode = x->opcode;
    ev->first = !(x->flags & BEGUN);
    ev->final = final;
    ev->data = lws_span(p, n);
    if (!chunked(x) && x->got > n) {
        ev->data = lws_span(x->acc, x->got);
    }
    x->flags |= BEGUN;
    if (final) {
        x->flags &= ~BEGUN;
        x->opcode = 0;
        x->got = 0;
    }
    return LWS_OK;
}

// The last n bytes of a control frame are at p, behind those that came before.
static int put_control(lws_ws_rx_t *x, lws_ws_event_t *ev, const uint8_t *p, size_t n) {
    p -= x->control;
    n += x->control;
    x->control = 0;
    ev->opcode = x->head & OPCODE;
    ev->first = true;
    ev->final = true;
    ev->data = lws_span(p, n);
    if (ev->opcode != LWS_WS_CLOSE) {
        ev->type = ev->opcode == LWS_WS_PING ? LWS_WS_EV_PING : LWS_WS_EV_PONG;
        return LWS_OK;
    }
    ev->code = LWS_WS_NO_STATUS;
    if (n) {
        ev->code = n < 2 ? 0 : p[0] << 8 | p[1];
        if (!lws_ws_code_ok(ev->code)) {
            return fail(x, LWS_WS_PROTOCOL_ERROR);
        }
        uint32_t utf8 = 0;
        ev->data = lws_span(p + 2, n - 2);
        if (lws_utf8_rx(&utf8, p + 2, n - 2) || !lws_utf8_done(utf8)) {
            return fail(x, LWS_WS_BAD_DATA);
        }
    }
    ev->type = LWS_WS_EV_CLOSE;
    x->stage = CLOSED;
    x->got = 0;         // a message under way will not be finished
    return LWS_OK;
}

// Takes what there is of a payload. Bytes used, or an error.
static int take_payload(lws_ws_rx_t *x, uint8_t *p, size_t n, lws_ws_event_t *ev) {
    uint64_t left = x->u.frame.left;
    bool control = x->head & CONTROL;
    bool final = x->head & FIN;
    bool ends = n >= left;
    if (ends) {
        n = left;
    }
    uint8_t *data = p;
    size_t before = control ? x->control : held(x);
    if (n && (control || !chunked(x)) && (before || !final || !ends)) {
        before += control ? held(x) : 0;
        int err = reserve(x, before + left, !final);
        if (err) {
            return err;
        }
        data = x->acc + before;
    }
    bool high = unmask(x, data, p, n);
    int err = LWS_OK;
    if (ends) {
        x->stage = AT_HEADER;
    }
    if (!control && !text_ok(x, data, n, high)) {
        err = fail(x, LWS_WS_BAD_DATA);
    } else if (!control) {
        err = put_data(x, ev, data, n, ends);
    } else if (ends) {
        err = put_control(x, ev, data, n);
    } else {
        x->control += n;
    }
    return err ? err : (int)n;
}

// ---- messages

void lws_ws_rx_init(lws_ws_rx_t *x, const lws_mem_t *mem, uint8_t flags, uint32_t max_message) {
    memset(x, 0, sizeof(*x));
    x->mem = mem;
    x->flags = flags;
    x->max_message = max_message;
}

// Takes frames until there is an event or nothing left: the general way.
RARE static int take_frames(lws_ws_rx_t *x, uint8_t *buf, size_t len, lws_ws_event_t *ev) {
    if (len > INT_MAX) {
        len = INT_MAX;
    }
    if (x->stage >= CLOSED) {
        return x->stage == CLOSED ? (int)len : fail(x, x->code);
    }
    size_t used = 0;
    while (used < len && ev->type == LWS_WS_NONE) {
        int n = 0;
        if (x->stage == AT_HEADER) {
            n = take_header(x, buf + used, len - used);
            if (n < 0) {
                return n;
            }
            used += n;
        }
        // An empty frame is complete with its header.
        if (x->stage == IN_PAYLOAD && (used < len || x->u.frame.left == 0)) {
            n = take_payload(x, buf + used, len - used, ev);
            if (n < 0) {
                return n;
            }
            used += n;
        }
    }
    return (int)used;
}

// The common case, for a quarter of the price: an unfragmented message that lies whole in the
// buffer, while nothing is under way. Bytes used; 0, with nothing touched, when it is anything
// else, also when its header is wrong: the general way says how.
static int take_whole(lws_ws_rx_t *x, uint8_t *p, size_t len, lws_ws_event_t *ev) {
    bool masked = !(x->flags & LWS_WS_CLIENT);
    uint8_t opcode = p[0] ^ FIN;
    size_t n = p[1] ^ (masked ? MASKED : 0);
    size_t header = masked ? 6 : 2;
    if (n == LENGTH_16) {
        n = p[2] << 8 | p[3];
        header += 2;
        if (n < LENGTH_16) {
            return 0;
        }
    } else if (n >= LENGTH_16) {
        return 0;
    }
    bool data = opcode == LWS_WS_TEXT || opcode == LWS_WS_BINARY;
    if (!data || len < header + n || n > limit(x)) {
        return 0;
    }
    p += header;
    bool high = masked ? lws_ws_mask(p, p, n, p - 4) : true;
    if (opcode == LWS_WS_TEXT && high) {
        uint32_t utf8 = 0;
        if (lws_utf8_rx(&utf8, p, n) || !lws_utf8_done(utf8)) {
            return fail(x, LWS_WS_BAD_DATA);
        }
    }
    ev->type = LWS_WS_EV_DATA;
    ev->opcode = opcode;
    ev->first = true;
    ev->final = true;
    ev->data = lws_span(p, n);
    return (int)(header + n);
}

int lws_ws_rx(lws_ws_rx_t *x, uint8_t *buf, size_t len, lws_ws_event_t *ev) {
    int used = 0;
    ev->type = LWS_WS_NONE;
    if (x->acc) {
        lws_ws_rx_trim(x);
    }
    if (len >= WHOLE_MIN && lws_ws_rx_idle(x)) {
        used = take_whole(x, buf, len, ev);
    }
    return used ? used : take_frames(x, buf, len, ev);
}

void lws_ws_rx_trim(lws_ws_rx_t *x) {
    if (held(x) == 0 && x->control == 0) {
        lws_mem_free(x->mem, x->acc, x->acc_cap);
        x->acc = NULL;
        x->acc_cap = 0;
    }
}

void lws_ws_rx_free(lws_ws_rx_t *x) {
    x->got = 0;
    x->control = 0;
    if (x->acc) {
        lws_ws_rx_trim(x);
    }
    memset(x, 0, sizeof(*x));
}

// ---- sending

size_t lws_ws_put_header(uint8_t *dst, uint8_t opcode, bool final, uint64_t len,
    const uint8_t *mask) {
    size_t n = len < LENGTH_16 ? 2 : len <= UINT16_MAX ? 4 : 10;
    dst[0] = (final ? FIN : 0) | opcode;
    dst[1] = n == 2 ? len : n == 4 ? LENGTH_16 : LENGTH_64;
    for (size_t i = n; i > 2; len >>= 8) {
        dst[--i] = len;
    }
    if (mask) {
        dst[1] |= MASKED;
        memcpy(dst + n, mask, 4);
        n += 4;
    }
    return n;
}

bool lws_ws_code_ok(unsigned code) {
    return (code >= LWS_WS_NORMAL && code <= LWS_WS_BAD_TYPE)
           || (code >= LWS_WS_BAD_DATA && code <= LWS_WS_BAD_GATEWAY)
           || (code >= 3000 && code <= 4999);
}
