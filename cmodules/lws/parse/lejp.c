#include "lws/parse/lejp.h"

#include "lws/base/utf8.h"

enum {
    // between tokens: what may come
    VALUE,
    ITEM_OR_END,        // after '['
    NAME_OR_END,        // after '{'
    NAME,               // after ',' in an object
    COLON,
    COMMA_OR_END,       // after a value in an array or object
    SPACE,              // after all
    // inside one
    LITERAL,
    STRING,
    ESCAPE,             // after '\'
    DIGITS,             // of "\uXXXX"
    LOW_ESCAPE, LOW_U,  // the "\u" of a low surrogate
    NUMBER,             // before it, and then (RFC 8259 section 6):
    MINUS, ZERO, INT, POINT, FRACTION, E, SIGN, EXPONENT,
    CLOSED,             // after the end and after an error
};

static int fail(lws_lejp_t *x, int err, const char *why) {
    x->error = why;
    x->state = CLOSED;
    return err;
}

// ---- between tokens

static bool in_object(const lws_lejp_t *x) {
    return x->depth && x->objects[(x->depth - 1) / 8] >> (x->depth - 1) % 8 & 1;
}

static uint8_t after_value(const lws_lejp_t *x) {
    return x->depth ? COMMA_OR_END : SPACE;
}

static int begin(lws_lejp_t *x, bool object, lws_lejp_event_t *ev) {
    uint8_t bit = (uint8_t)(1 << x->depth % 8);

    if (x->depth == LWS_LEJP_MAX_DEPTH) {
        return fail(x, LWS_ERR_TOO_BIG, "nested too deep");
    }
    if (object) {
        x->objects[x->depth / 8] |= bit;
    } else {
        x->objects[x->depth / 8] &= (uint8_t) ~bit;
    }
    x->depth++;
    x->state = object ? NAME_OR_END : ITEM_OR_END;
    ev->type = object ? LWS_LEJP_OBJECT : LWS_LEJP_ARRAY;
    return 1;
}

static int end(lws_lejp_t *x, lws_lejp_event_t *ev) {
    ev->type = in_object(x) ? LWS_LEJP_OBJECT_END : LWS_LEJP_ARRAY_END;
    x->depth--;
    x->state = after_value(x);
    return 1;
}

static int begin_token(lws_lejp_t *x, uint8_t state, lws_lejp_type_t type) {
    x->state = state;
    x->token = (uint8_t)type;
    x->begun = false;
    x->at = 1;
    return 1;
}

static int begin_value(lws_lejp_t *x, uint8_t c, lws_lejp_event_t *ev) {
    switch (c) {
        case '"':
            return begin_token(x, STRING, LWS_LEJP_STRING);
        case '{':
        case '[':
            return begin(x, c == '{', ev);
        case 't':
            return begin_token(x, LITERAL, LWS_LEJP_TRUE);
        case 'f':
            return begin_token(x, LITERAL, LWS_LEJP_FALSE);
        case 'n':
            return begin_token(x, LITERAL, LWS_LEJP_NULL);
        default:
            break;
    }
    if (c != '-' && (c < '0' || c > '9')) {
        return fail(x, LWS_ERR_PROTO, "a value is expected");
    }
    begin_token(x, NUMBER, LWS_LEJP_NUMBER);
    x->number = LWS_LEJP_INT;
    x->number_len = 0;
    x->magnitude = 0;
    x->negative = c == '-';
    return 0;
}

static int between(lws_lejp_t *x, uint8_t c, lws_lejp_event_t *ev) {
    bool object = in_object(x);

    if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
        return 1;
    }
    switch (x->state) {
        case VALUE:
            return begin_value(x, c, ev);
        case ITEM_OR_END:
            return c == ']' ? end(x, ev) : begin_value(x, c, ev);
        case NAME_OR_END:
            if (c == '}') {
                return end(x, ev);
            }
        // fallthrough
        case NAME:
            return c == '"' ? begin_token(x, STRING, LWS_LEJP_NAME)
                : fail(x, LWS_ERR_PROTO, "a name in quotes is expected");
        case COLON:
            x->state = VALUE;
            return c == ':' ? 1 : fail(x, LWS_ERR_PROTO, "a colon is expected");
        case COMMA_OR_END:
            if (c == ',') {
                x->state = object ? NAME : VALUE;
                return 1;
            }
            if (c == (object ? '}' : ']')) {
                return end(x, ev);
            }
            return fail(x, LWS_ERR_PROTO, object ? "a comma or } is expected"
                : "a comma or ] is expected");
        default:
            return fail(x, LWS_ERR_PROTO, "something follows the value");
    }
}

static int literal_rx(lws_lejp_t *x, uint8_t c, lws_lejp_event_t *ev) {
    static const char words[][6] = { "true", "false", "null" };
    const char *word = words[x->token - LWS_LEJP_TRUE];

    if (c != (uint8_t)word[x->at]) {
        return fail(x, LWS_ERR_PROTO, "a value is expected");
    }
    if (!word[++x->at]) {
        ev->type = (lws_lejp_type_t)x->token;
        x->state = after_value(x);
    }
    return 1;
}

// ---- names and strings

static void give(lws_lejp_t *x, lws_span_t piece, bool final, lws_lejp_event_t *ev) {
    ev->type = (lws_lejp_type_t)x->token;
    ev->data = piece;
    ev->first = !x->begun;
    ev->final = final;
    x->begun = true;
    if (final) {
        x->state = x->token == LWS_LEJP_NAME ? COLON : after_value(x);
    }
}

// How many of n bytes go on with valid UTF-8.
static size_t valid_utf8(uint32_t *state, const uint8_t *p, size_t n) {
    uint32_t before = *state;
    size_t i = 0;

    if (lws_utf8_rx(state, p, n) == LWS_OK) {
        return n;
    }
    for (*state = before; lws_utf8_rx(state, p + i, 1) == LWS_OK; i++) {
        before = *state;
    }
    *state = before;
    return i;
}

static int string_rx(lws_lejp_t *x, const uint8_t *p, size_t n, lws_lejp_event_t *ev) {
    size_t i = 0;

    while (i < n && p[i] >= 0x20 && p[i] != '"' && p[i] != '\\') {
        i++;
    }
    size_t valid = valid_utf8(&x->utf8, p, i);
    bool cut = valid < i || (i < n && !lws_utf8_done(x->utf8));     // the character is
    if (!cut && i < n && p[i] == '"') {
        give(x, lws_span(p, i), true, ev);
        return (int)i + 1;
    }
    if (valid) {
        give(x, lws_span(p, valid), false, ev);
        return (int)valid;
    }
    if (cut) {
        return fail(x, LWS_ERR_PROTO, "this is no UTF-8");
    }
    if (p[0] != '\\') {
        return fail(x, LWS_ERR_PROTO, "a control character must be escaped");
    }
    x->state = ESCAPE;
    return 1;
}

// RFC 3629 section 3
static size_t put_utf8(uint8_t *p, uint32_t code) {
    size_t n = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;

    for (size_t i = n; --i > 0; code >>= 6) {
        p[i] = (uint8_t)(0x80 | (code & 0x3f));
    }
    p[0] = (uint8_t)(n == 1 ? code : (0xf00u >> n & 0xf0) | code);
    return n;
}

static int give_character(lws_lejp_t *x, uint32_t code, lws_lejp_event_t *ev) {
    x->state = STRING;
    give(x, lws_span(x->text, put_utf8(x->text, code)), false, ev);
    return 1;
}

static int escape_rx(lws_lejp_t *x, uint8_t c, lws_lejp_event_t *ev) {
    static const char names[] = "\"\\/bfnrt", codes[] = "\"\\/\b\f\n\r\t";

    if (c == 'u') {
        x->state = DIGITS;
        x->at = 0;
        x->code = x->high = 0;
        return 1;
    }
    const char *name = c ? memchr(names, c, sizeof(names) - 1) : NULL;
    return name ? give_character(x, (uint8_t)codes[name - names], ev)
        : fail(x, LWS_ERR_PROTO, "there is no such escape");
}

// RFC 8259 section 7: what is not in the basic multilingual plane is two escapes, a UTF-16
// surrogate pair.
static int digits_rx(lws_lejp_t *x, uint8_t c, lws_lejp_event_t *ev) {
    uint8_t letter = c | 0x20;
    int digit = c >= '0' && c <= '9' ? c - '0' : letter >= 'a' && letter <= 'f' ? letter - 'a' + 10
        : -1;

    if (digit < 0) {
        return fail(x, LWS_ERR_PROTO, "a hex digit is expected");
    }
    uint16_t code = (uint16_t)(x->code << 4 | digit);
    bool low = (code & 0xfc00) == 0xdc00;
    if (x->at == 3 && low != (x->high != 0)) {
        return fail(x, LWS_ERR_PROTO, "half of a surrogate pair is missing");
    }
    x->code = code;
    if (++x->at < 4) {
        return 1;
    }
    if (low) {
        return give_character(x, 0x10000u + ((x->high & 0x3ffu) << 10) + (code & 0x3ffu), ev);
    }
    if ((code & 0xfc00) == 0xd800) {
        x->high = code;
        x->state = LOW_ESCAPE;
        return 1;
    }
    return give_character(x, code, ev);
}

static int low_rx(lws_lejp_t *x, uint8_t c) {
    if (c != (x->state == LOW_ESCAPE ? '\\' : 'u')) {
        return fail(x, LWS_ERR_PROTO, "half of a surrogate pair is missing");
    }
    x->state = x->state == LOW_ESCAPE ? LOW_U : DIGITS;
    x->at = 0;
    x->code = 0;
    return 1;
}

// ---- numbers

enum { BAD = -1, OVER = 0 };

static int after(uint8_t state, uint8_t c) {
    bool digit = c >= '0' && c <= '9';

    switch (state) {
        case NUMBER:
            if (c == '-') {
                return MINUS;
            }
        // fallthrough
        case MINUS:
            return c == '0' ? ZERO : digit ? INT : BAD;
        case ZERO:
        case INT:
            if (digit) {
                return state == INT ? INT : BAD;
            }
            if (c == '.') {
                return POINT;
            }
            return (c | 0x20) == 'e' ? E : OVER;
        case POINT:
            return digit ? FRACTION : BAD;
        case FRACTION:
            return digit ? FRACTION : (c | 0x20) == 'e' ? E : OVER;
        case E:
            if (c == '+' || c == '-') {
                return SIGN;
            }
        // fallthrough
        case SIGN:
            return digit ? EXPONENT : BAD;
        default:
            return digit ? EXPONENT : OVER;
    }
}

static void add_digit(lws_lejp_t *x, unsigned digit) {
    const uint64_t most = INT64_MAX / 10;

    if (x->magnitude > most || (x->magnitude == most && digit > 7u + x->negative)) {
        x->number = LWS_LEJP_BIG;
    } else {
        x->magnitude = x->magnitude * 10 + digit;
    }
}

static void give_number(lws_lejp_t *x, lws_span_t piece, bool final, lws_lejp_event_t *ev) {
    give(x, piece, final, ev);
    ev->number = (lws_lejp_number_t)x->number;
    ev->value = (int64_t)(x->negative ? 0 - x->magnitude : x->magnitude);
}

static int number_rx(lws_lejp_t *x, const uint8_t *p, size_t n, lws_lejp_event_t *ev) {
    bool too_long = false;
    int next = BAD;
    size_t i = 0;

    for (; i < n; i++) {
        next = after(x->state, p[i]);
        too_long = next > 0 && x->number_len == LWS_LEJP_MAX_NUMBER;
        if (next <= 0 || too_long) {
            break;
        }
        if (next == POINT || next == E) {
            x->number = LWS_LEJP_REAL;
        } else if (next == INT && x->number == LWS_LEJP_INT) {
            add_digit(x, (unsigned)p[i] - '0');
        }
        x->state = (uint8_t)next;
        x->number_len++;
    }
    if (i || next == OVER) {
        give_number(x, lws_span(p, i), i < n && next == OVER, ev);
        return (int)i;
    }
    if (too_long) {
        return fail(x, LWS_ERR_TOO_BIG, "this number is too long");
    }
    return fail(x, LWS_ERR_PROTO, x->state == ZERO ? "a number begins with 0"
        : "a digit is expected");
}

// ----

// The next bytes: how many it used, or an error at the first of them.
static int step(lws_lejp_t *x, const uint8_t *p, size_t n, lws_lejp_event_t *ev) {
    switch (x->state) {
        case LITERAL:
            return literal_rx(x, *p, ev);
        case STRING:
            return string_rx(x, p, n, ev);
        case ESCAPE:
            return escape_rx(x, *p, ev);
        case DIGITS:
            return digits_rx(x, *p, ev);
        case LOW_ESCAPE:
        case LOW_U:
            return low_rx(x, *p);
        default:
            return x->state >= NUMBER ? number_rx(x, p, n, ev) : between(x, *p, ev);
    }
}

int lws_lejp_rx(lws_lejp_t *x, const uint8_t *buf, size_t len, lws_lejp_event_t *ev) {
    size_t i = 0;
    int n = 0;

    *ev = (lws_lejp_event_t) { .type = LWS_LEJP_NONE };
    if (x->state == CLOSED) {
        return LWS_ERR_STATE;
    }
    while (i < len && n >= 0 && ev->type == LWS_LEJP_NONE) {
        n = step(x, buf + i, len - i, ev);
        i += n > 0 ? (size_t)n : 0;
    }
    x->offset += (uint32_t)i;
    return n < 0 ? n : (int)i;
}

int lws_lejp_eof(lws_lejp_t *x, lws_lejp_event_t *ev) {
    *ev = (lws_lejp_event_t) { .type = LWS_LEJP_NONE };
    if (x->state == CLOSED) {
        return LWS_ERR_STATE;
    }
    if (x->state > NUMBER && after(x->state, ' ') == OVER) {
        give_number(x, lws_span(NULL, 0), true, ev);
    } else if (x->state == SPACE) {
        ev->type = LWS_LEJP_END;
        x->state = CLOSED;
    } else {
        return fail(x, LWS_ERR_PROTO, "it ends too early");
    }
    return LWS_OK;
}
