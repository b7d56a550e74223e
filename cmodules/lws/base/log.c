#include "lws/base/log.h"

#define CUT "..."
#define LETTERS "EWNIDPHXCLUT"      // by bit
#define NO_LETTER '?'

static char letter(uint32_t level) {
    static const char letters[] = LETTERS;
    size_t bit = 0;

    while (bit < sizeof(letters) - 1 && !(level >> bit & 1)) {
        bit++;
    }
    return bit < sizeof(letters) - 1 ? letters[bit] : NO_LETTER;
}

// A piece that must not be cut inside: a number, an escape. The line ends before one that does not
// fit.
static void put_whole(lws_log_line_t *l, const void *p, size_t n) {
    lws_out_put(&l->out, p, n);
}

void lws_log_put(lws_log_line_t *l, lws_span_t s) {
    size_t room = l->out.cap - l->out.len;

    if (!l->out.full && s.n > room) {
        lws_out_put(&l->out, s.p, room);
    }
    lws_out_span(&l->out, s);
}

// 12345678 microseconds as "12.345678": a point among the digits, as there is no division.
void lws_log_seconds(lws_log_line_t *l, uint64_t us) {
    uint8_t text[24];
    lws_out_t o = lws_out(text, sizeof(text));

    lws_out_dec(&o, us);
    size_t n = o.len;
    size_t zeros = n < 7 ? 7 - n : 0;
    memmove(text + zeros, text, n);
    memset(text, '0', zeros);
    n += zeros;
    memmove(text + n - 5, text + n - 6, 6);
    text[n - 6] = '.';
    put_whole(l, text, n + 1);
}

static void put_tag(lws_log_line_t *l, const lws_log_tag_t *tag) {
    LWS_LOG_LIT(l, "[");
    lws_log_put(l, lws_span(tag->kind, strlen(tag->kind)));
    if (tag->id) {
        LWS_LOG_LIT(l, "|");
        lws_log_int(l, tag->id);
    }
    if (tag->what.n) {
        LWS_LOG_LIT(l, "|");
        lws_log_span(l, tag->what);
    }
    if (tag->name.n) {
        LWS_LOG_LIT(l, "|");
        lws_log_span(l, tag->name);
    }
    LWS_LOG_LIT(l, "] ");
}

void lws_log_begin(lws_log_line_t *l, const lws_log_t *log, uint32_t level, uint64_t now_us,
    const lws_log_tag_t *tag) {
    char mark[3] = { ' ', letter(level), ' ' };

    l->log = log;
    l->level = level;
    l->out = lws_out(l->text, sizeof(l->text) - (sizeof(CUT) - 1));
    lws_log_seconds(l, now_us);
    put_whole(l, mark, sizeof(mark));
    if (tag) {
        put_tag(l, tag);
    }
}

void lws_log_int(lws_log_line_t *l, int64_t v) {
    uint8_t text[24];
    lws_out_t o = lws_out(text, sizeof(text));

    if (v < 0) {
        lws_out_u8(&o, '-');
    }
    lws_out_dec(&o, v < 0 ? 0 - (uint64_t)v : (uint64_t)v);
    put_whole(l, text, o.len);
}

void lws_log_span(lws_log_line_t *l, lws_span_t s) {
    for (size_t i = 0; i < s.n && !l->out.full; i++) {
        uint8_t text[4] = { s.p[i] };
        lws_out_t o = lws_out(text, sizeof(text));
        if (s.p[i] == '\\') {
            LWS_OUT_LIT(&o, "\\\\");
        } else if (s.p[i] < 0x20 || s.p[i] > 0x7e) {
            LWS_OUT_LIT(&o, "\\x");
            lws_out_hex(&o, s.p[i], 2);
        } else {
            o.len = 1;
        }
        put_whole(l, text, o.len);
    }
}

void lws_log_hex(lws_log_line_t *l, lws_span_t s) {
    for (size_t i = 0; i < s.n && !l->out.full; i++) {
        uint8_t text[3];
        lws_out_t o = lws_out(text, sizeof(text));
        if (i) {
            lws_out_u8(&o, ' ');
        }
        lws_out_hex(&o, s.p[i], 2);
        put_whole(l, text, o.len);
    }
}

void lws_log_end(lws_log_line_t *l) {
    if (l->out.full) {
        // This room was kept for it.
        memcpy(l->text + l->out.len, CUT, sizeof(CUT) - 1);
        l->out.len += sizeof(CUT) - 1;
    }
    if (l->log->sink) {
        l->log->sink(l->log->user, l->level, l->text, l->out.len);
    }
}

void lws_log_text(const lws_log_t *log, uint32_t level, uint64_t now_us,
    const lws_log_tag_t *tag, lws_span_t text) {
    lws_log_line_t l;

    lws_log_begin(&l, log, level, now_us, tag);
    lws_log_put(&l, text);
    lws_log_end(&l);
}

void lws_log_text_int(const lws_log_t *log, uint32_t level, uint64_t now_us,
    const lws_log_tag_t *tag, lws_span_t text, int64_t v) {
    lws_log_line_t l;

    lws_log_begin(&l, log, level, now_us, tag);
    lws_log_put(&l, text);
    lws_log_int(&l, v);
    lws_log_end(&l);
}

void lws_log_text_span(const lws_log_t *log, uint32_t level, uint64_t now_us,
    const lws_log_tag_t *tag, lws_span_t text, lws_span_t s) {
    lws_log_line_t l;

    lws_log_begin(&l, log, level, now_us, tag);
    lws_log_put(&l, text);
    lws_log_span(&l, s);
    lws_log_end(&l);
}

bool lws_log_pass(lws_log_rate_t *r, uint64_t now_us, unsigned burst, uint64_t window_us) {
    // passed is 0 in a fresh one only, and in one that lets nothing through.
    if (r->passed == 0 || now_us - r->start_us >= window_us) {
        r->start_us = now_us;
        r->passed = 0;
    }
    if (r->passed < burst && r->passed < UINT16_MAX) {
        r->passed++;
        return true;
    }
    if (r->dropped < UINT16_MAX) {
        r->dropped++;
    }
    return false;
}

void lws_log_dropped(lws_log_line_t *l, lws_log_rate_t *r) {
    if (r->dropped) {
        LWS_LOG_LIT(l, " (+");
        lws_log_int(l, r->dropped);
        LWS_LOG_LIT(l, " dropped)");
        r->dropped = 0;
    }
}

static void put_life(lws_log_line_t *l, const lws_log_tag_t *tag, size_t alive) {
    put_tag(l, tag);
    LWS_LOG_LIT(l, "(");
    lws_log_int(l, (int64_t)alive);
    LWS_LOG_LIT(l, ")");
}

void lws_log_born(lws_log_line_t *l, const lws_log_tag_t *tag, size_t alive) {
    LWS_LOG_LIT(l, "++ ");
    put_life(l, tag, alive);
}

void lws_log_gone(lws_log_line_t *l, const lws_log_tag_t *tag, size_t alive, uint64_t life_us) {
    LWS_LOG_LIT(l, "-- ");
    put_life(l, tag, alive);
    LWS_LOG_LIT(l, " ");
    lws_log_seconds(l, life_us);
}
