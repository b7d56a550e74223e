#include "lws/http/form.h"

#include "lws/http/url.h"

enum {
    NAME,
    VALUE,
    CLOSED,         // after the end and after an error
};

enum {
    NO_ESCAPE,
    PERCENT,        // '%' came
    DIGIT,          // and a digit: high
    SPILL,          // it is none: its '%' is written, high is not yet
};

// One step within an escape: writes a byte, or takes c, or both. True: c is taken. What is no
// escape stands for itself.
static bool unescape(lws_form_t *x, uint8_t c, uint8_t **out) {
    int digit = lws_url_hex(c);

    if (x->escape == NO_ESCAPE) {
        x->escape = PERCENT;
        return true;
    }
    if (x->escape == PERCENT && digit >= 0) {
        x->high = c;
        x->escape = DIGIT;
        return true;
    }
    if (x->escape == DIGIT && digit >= 0) {
        *(*out)++ = (uint8_t)(lws_url_hex(x->high) << 4 | digit);
        x->escape = NO_ESCAPE;
        return true;
    }
    *(*out)++ = x->escape == SPILL ? x->high : '%';
    x->escape = x->escape == DIGIT ? SPILL : NO_ESCAPE;
    return false;
}

// Decodes in[*i..] into x->buf up to the end of the input, max bytes in x->buf, a '&', or (in a
// name) a '='. Inside an escape it stops at the end of the input, or where what is none has no
// room.
static void decode(lws_form_t *x, lws_span_t in, size_t *i, size_t max) {
    uint8_t *out = x->buf + x->len;
    uint8_t *end = x->buf + max;
    size_t at = *i;

    while (at < in.n && out < end) {
        uint8_t c = in.p[at];
        if (c == '%' || x->escape) {
            at += unescape(x, c, &out);
        } else if (c == '&' || (c == '=' && x->state == NAME)) {
            break;
        } else {
            *out++ = c == '+' ? ' ' : c;
            at++;
        }
    }
    *i = at;
    x->len = (uint8_t)(out - x->buf);
}

static void begin_name(lws_form_t *x) {
    x->state = NAME;
    x->len = 0;
}

// The name is complete.
static int give_name(lws_form_t *x, lws_form_event_t *ev) {
    uint16_t max = x->limits && x->limits->fields ? x->limits->fields : LWS_FORM_MAX_FIELDS;

    if (x->fields == max) {
        return LWS_ERR_TOO_BIG;
    }
    x->fields++;
    x->value_len = 0;
    x->state = VALUE;
    ev->type = LWS_FORM_FIELD;
    ev->data = lws_span(x->buf, x->len);
    return LWS_OK;
}

static size_t name_max(const lws_form_t *x) {
    size_t max = x->limits && x->limits->name ? x->limits->name : LWS_FORM_MAX_NAME;
    return max < LWS_FORM_MAX_NAME ? max : LWS_FORM_MAX_NAME;
}

static size_t value_left(const lws_form_t *x) {
    return (x->limits && x->limits->value ? x->limits->value : LWS_FORM_MAX_VALUE) - x->value_len;
}

static int name_rx(lws_form_t *x, lws_span_t in, lws_form_event_t *ev) {
    size_t i = 0;

    for (;;) {
        decode(x, in, &i, name_max(x));
        if (i == in.n) {
            return (int)i;
        }
        if (x->escape || (in.p[i] != '&' && in.p[i] != '=')) {
            return LWS_ERR_TOO_BIG;
        }
        if (in.p[i] == '=' || x->len) {
            int err = give_name(x, ev);
            // '&' stays, to end the value that is not there.
            return err ? err : (int)i + (in.p[i] == '=');
        }
        i++;        // "&&"
    }
}

// Data is given before the error that follows it: so it is the same for any split.
static void give_data(lws_form_t *x, lws_form_event_t *ev) {
    x->value_len += x->len;
    ev->type = LWS_FORM_DATA;
    ev->data = lws_span(x->buf, x->len);
}

static int value_rx(lws_form_t *x, lws_span_t in, lws_form_event_t *ev) {
    size_t max = value_left(x), i = 0;

    x->len = 0;
    decode(x, in, &i, max < LWS_FORM_MAX_NAME ? max : LWS_FORM_MAX_NAME);
    if (x->len) {
        give_data(x, ev);
    } else if (i < in.n) {
        if (x->escape || in.p[i] != '&') {
            return LWS_ERR_TOO_BIG;
        }
        ev->type = LWS_FORM_FIELD_END;
        begin_name(x);
        i++;
    }
    return (int)i;
}

int lws_form_rx(lws_form_t *x, const uint8_t *buf, size_t len, lws_form_event_t *ev) {
    int n = LWS_ERR_STATE;

    ev->type = LWS_FORM_NONE;
    ev->data = lws_span(NULL, 0);
    if (x->state == NAME) {
        n = name_rx(x, lws_span(buf, len), ev);
    } else if (x->state == VALUE) {
        n = value_rx(x, lws_span(buf, len), ev);
    }
    if (n < 0) {
        x->state = CLOSED;
    }
    return n;
}

// The input ends within an escape, which is none.
static int end_escape(lws_form_t *x, lws_form_event_t *ev) {
    size_t n = x->escape == DIGIT ? 2 : 1;
    bool value = x->state == VALUE;

    if (value) {
        x->len = 0;
    }
    if (x->len + n > (value ? value_left(x) : name_max(x))) {
        return LWS_ERR_TOO_BIG;
    }
    if (x->escape != SPILL) {
        x->buf[x->len++] = '%';
    }
    if (x->escape != PERCENT) {
        x->buf[x->len++] = x->high;
    }
    x->escape = NO_ESCAPE;
    if (value) {
        give_data(x, ev);
    }
    return LWS_OK;
}

int lws_form_eof(lws_form_t *x, lws_form_event_t *ev) {
    int err = LWS_OK;

    ev->type = LWS_FORM_NONE;
    ev->data = lws_span(NULL, 0);
    if (x->state == CLOSED) {
        return LWS_ERR_STATE;
    }
    if (x->escape) {
        err = end_escape(x, ev);
    }
    if (err || ev->type == LWS_FORM_DATA) {
        x->state = err ? CLOSED : x->state;
        return err;
    }
    if (x->state == VALUE) {
        ev->type = LWS_FORM_FIELD_END;
        begin_name(x);
    } else if (x->len) {
        err = give_name(x, ev);
    } else {
        ev->type = LWS_FORM_END;
        x->state = CLOSED;
    }
    if (err) {
        x->state = CLOSED;
    }
    return err;
}
