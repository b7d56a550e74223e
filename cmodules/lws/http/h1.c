// The state machine of one direction of a connection. It hands whole lines to the parsers and
// holds what came in pieces.
//
//     START <-> BLANK                       empty lines before a request
//       | start line
//     FIELDS                                HEAD
//       |-> LENGTH ------------------.      BODY ...
//       |-> UNTIL_CLOSE: until eof   |      BODY ...
//       |-> CHUNK_... -> TRAILERS ---|      BODY ... TRAILER ...
//       `-> COMPLETE <---------------'      END, then START
#include "lws/http/h1_line.h"

#define FIRST_ACC 256       // bytes first allocated for a head that comes in pieces

void lws_h1_init(lws_h1_t *x, const lws_mem_t *mem, const lws_h1_limits_t *limits, bool response) {
    memset(x, 0, sizeof(*x));
    x->mem = mem;
    x->limits = limits;
    x->response = response;
}

void lws_h1_free(lws_h1_t *x) {
    lws_mem_free(x->mem, x->acc, x->acc_cap);
    x->acc = NULL;
    x->acc_len = x->acc_cap = 0;
}

int lws_h1_refuse(lws_h1_t *x, int status) {
    x->status = (uint16_t)status;
    switch (status) {
        case 400:
            return LWS_ERR_PROTO;
        case 413:
        case 414:
        case 431:
            return LWS_ERR_TOO_BIG;
        default: // 417 501 505
            return LWS_ERR_UNSUPPORTED;
    }
}

// Behind what is held already.
static int keep(lws_h1_t *x, const uint8_t *p, size_t n) {
    size_t need = x->acc_len + n;   // LWS_H1_TOP_HEAD keeps it within 16 bits
    if (need > x->acc_cap) {
        size_t cap = x->acc_cap ? x->acc_cap * 2u : FIRST_ACC;
        cap = cap < need ? need : cap < UINT16_MAX ? cap : UINT16_MAX;
        bool has_head = x->acc && x->head->base == x->acc;
        uint8_t *acc = lws_mem_resize(x->mem, x->acc, x->acc_cap, cap);
        if (!acc) {
            return LWS_ERR_NOMEM;
        }
        x->acc = acc;
        x->acc_cap = (uint16_t)cap;
        if (has_head) {
            x->head->base = acc;
        }
    }
    memcpy(x->acc + x->acc_len, p, n);
    x->acc_len = (uint16_t)need;
    return LWS_OK;
}

// As much of p as belongs to the line that is being gathered: up to its LF, and not more than a
// line may have.
static size_t rest_of_line(const uint8_t *p, size_t n, size_t room) {
    n = n < room ? n : room;
    const uint8_t *lf = memchr(p, '\n', n);
    return lf ? (size_t)(lf - p) + 1 : n;
}

// Empty lines before a request line. Bytes used.
static int skip_blanks(lws_h1_t *x, const uint8_t *p, size_t len) {
    size_t i = 0;
    for (; i < len; i++) {
        if (x->state == LWS_H1_START) {
            if (p[i] != '\r') {
                break;
            }
            x->state = LWS_H1_BLANK;
        } else if (p[i] != '\n' || x->blanks++ == LWS_H1_MAX_BLANK) {
            return lws_h1_refuse(x, 400);
        } else {
            x->state = LWS_H1_START;
        }
    }
    return (int)i;
}

static int head_done(lws_h1_t *x, lws_h1_event_t *ev) {
    int status = lws_h1_frame(x);
    if (status != LWS_H1_LINE_OK) {
        return lws_h1_refuse(x, status);
    }
    ev->type = LWS_H1_HEAD;
    ev->head = x->head;
    return LWS_OK;
}

// A head that came in pieces goes on: a line at a time is added to what is held. Bytes used.
static int gather_head(lws_h1_t *x, const uint8_t *p, size_t len, lws_h1_event_t *ev) {
    size_t used = 0;
    while (used < len) {
        size_t room = lws_h1_line_limit(x) + x->line_at - x->acc_len;
        size_t n = rest_of_line(p + used, len - used, room);
        if (keep(x, p + used, n) != LWS_OK) {
            return LWS_ERR_NOMEM;
        }
        used += n;
        int status = lws_h1_parse_head(x, x->acc, x->acc_len);
        if (status == LWS_H1_LINE_OK) {
            int err = head_done(x, ev);
            return err ? err : (int)used;
        }
        if (status != LWS_H1_LINE_MORE) {
            return lws_h1_refuse(x, status);
        }
    }
    return (int)used;
}

// A head in one piece is parsed where it is. Bytes used.
static int head(lws_h1_t *x, const uint8_t *p, size_t len, lws_h1_event_t *ev) {
    if (x->acc_len) {
        return gather_head(x, p, len, ev);
    }
    int blanks = 0;
    if (!x->response && len && (p[0] == '\r' || x->state == LWS_H1_BLANK)) {
        blanks = skip_blanks(x, p, len);
        if (blanks < 0) {
            return blanks;
        }
        p += blanks;
        len -= (size_t)blanks;
    }
    if (!len) {
        return blanks;
    }
    if (!x->head) {
        return LWS_ERR_STATE;
    }
    if (x->acc) {
        lws_h1_free(x);     // of the message before
    }
    x->line_at = 0;
    int status = lws_h1_parse_head(x, p, len);
    if (status == LWS_H1_LINE_MORE) {
        int err = keep(x, p, len);
        x->head->base = x->acc;
        return err ? err : blanks + (int)len;
    }
    if (status != LWS_H1_LINE_OK) {
        return lws_h1_refuse(x, status);
    }
    int err = head_done(x, ev);
    return err ? err : blanks + (int)x->head->len;
}

// A piece of a body of which at most `most` bytes remain.
static int piece(const uint8_t *p, size_t len, uint64_t most, lws_h1_event_t *ev) {
    size_t n = len < most ? len : (size_t)most;
    if (n) {
        ev->type = LWS_H1_BODY;
        ev->data = lws_span(p, n);
    }
    return (int)n;
}

static int counted(lws_h1_t *x, const uint8_t *p, size_t len, lws_h1_event_t *ev) {
    int n = piece(p, len, x->left, ev);
    x->left -= (uint64_t)n;
    if (!x->left) {
        x->state = x->state == LWS_H1_LENGTH ? LWS_H1_COMPLETE : LWS_H1_CHUNK_CR;
    }
    return n;
}

static int until_close(lws_h1_t *x, const uint8_t *p, size_t len, lws_h1_event_t *ev) {
    uint64_t room = lws_h1_body_limit(x) - x->total;
    if (len && !room) {
        return lws_h1_refuse(x, 413);
    }
    int n = piece(p, len, room, ev);
    x->total += (uint64_t)n;
    return n;
}

static int end(lws_h1_t *x, lws_h1_event_t *ev) {
    // The head's bytes stay until the next call: its reader may only now look at them.
    x->acc_len = 0;
    x->line_at = 0;
    x->blanks = 0;
    x->state = LWS_H1_START;
    ev->type = LWS_H1_END;
    return 0;
}

// Fields that steer framing, routing, authentication or content mean nothing behind the body (RFC
// 9110 section 6.5.1) and are dropped: of the known ones only two may be there.
static bool is_trailer(uint8_t id) {
    return id == LWS_HDR_OTHER || id == LWS_HDR_ETAG || id == LWS_HDR_LAST_MODIFIED;
}

// One line of the trailer section at p; x->left counts their bytes. LWS_H1_LINE_MORE, bytes of the
// line, or LWS_ERR_*.
static int trailer_line(
    lws_h1_t *x, const uint8_t *p, size_t len, size_t limit, lws_h1_event_t *ev) {
    const uint8_t *e = p + (len < limit ? len : limit), *next = p;
    int status = LWS_H1_LINE_MORE;
    if (p < e && *p == '\r') {
        if (e - p > 1) {
            if (p[1] != '\n') {
                return lws_h1_refuse(x, 400);
            }
            end(x, ev);
            return 2;
        }
    } else if (p < e) {
        lws_header_t f;
        status = lws_h1_parse_field(p, e, &f, &next);
        if (status == LWS_H1_LINE_OK && is_trailer(f.id)) {
            ev->type = LWS_H1_TRAILER;
            ev->name = lws_span(p + f.name, f.name_len);
            ev->data = lws_span(p + f.value, f.value_len);
        }
    }
    if (status == LWS_H1_LINE_OK) {
        x->left += (uint64_t)(next - p);
        return (int)(next - p);
    }
    if (status == LWS_H1_LINE_MORE) {
        return len < limit ? 0 : lws_h1_refuse(x, 431);
    }
    return lws_h1_refuse(x, status);
}

static int trailers(lws_h1_t *x, const uint8_t *p, size_t len, lws_h1_event_t *ev) {
    size_t limit = lws_h1_line_limit(x), room = LWS_H1_MAX_TRAILERS - (size_t)x->left;
    size_t held = x->acc_len - x->line_at;
    limit = limit < room ? limit : room;
    if (!held) {
        int n = trailer_line(x, p, len, limit, ev);
        if (n) {
            return n;
        }
        int err = keep(x, p, len);
        return err ? err : (int)len;
    }
    size_t n = rest_of_line(p, len, limit - held);
    if (keep(x, p, n) != LWS_OK) {
        return LWS_ERR_NOMEM;
    }
    int line = trailer_line(x, x->acc + x->line_at, held + n, limit, ev);
    if (line > 0 && x->state == LWS_H1_TRAILERS) {
        x->acc_len = x->line_at;    // its bytes stay until the next call
    }
    return line < 0 ? line : (int)n;
}

static int step(lws_h1_t *x, const uint8_t *p, size_t len, lws_h1_event_t *ev) {
    switch (x->state) {
        case LWS_H1_START:
        case LWS_H1_BLANK:
        case LWS_H1_FIELDS:
            return head(x, p, len, ev);
        case LWS_H1_LENGTH:
        case LWS_H1_CHUNK_DATA:
            return counted(x, p, len, ev);
        case LWS_H1_UNTIL_CLOSE:
            return until_close(x, p, len, ev);
        case LWS_H1_TRAILERS:
            return len ? trailers(x, p, len, ev) : 0;
        case LWS_H1_COMPLETE:
            return end(x, ev);
        case LWS_H1_DEAD:
            return LWS_ERR_STATE;
        default:
            return lws_h1_chunk_line(x, p, len);
    }
}

int lws_h1_rx(lws_h1_t *x, const uint8_t *buf, size_t len, lws_h1_event_t *ev) {
    size_t used = 0;
    ev->type = LWS_H1_NONE;
    if (x->state == LWS_H1_COMPLETE) {
        return end(x, ev);
    }
    do {
        int n = step(x, len ? buf + used : (const uint8_t *)"", len - used, ev);
        if (n < 0) {
            x->state = LWS_H1_DEAD;
            return n;
        }
        used += (size_t)n;
    } while (ev->type == LWS_H1_NONE && used < len);
    return (int)used;
}

int lws_h1_eof(lws_h1_t *x, bool *ended) {
    lws_h1_event_t ev;
    *ended = x->state == LWS_H1_UNTIL_CLOSE || x->state == LWS_H1_COMPLETE;
    if (*ended) {
        end(x, &ev);
        return LWS_OK;
    }
    if (x->state == LWS_H1_DEAD) {
        return LWS_ERR_STATE;
    }
    return lws_h1_idle(x) || x->state == LWS_H1_BLANK ? LWS_OK : lws_h1_refuse(x, 400);
}
