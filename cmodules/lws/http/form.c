#include "lws/http/form.h"

#include "lws/http/url.h"

enum {
    NAME,
    VALUE,
    CLOSED,         // after the end and after an error
};

// Takes a byte of an escape. 1: *byte is what it stands for; 0: more is needed; or LWS_ERR_PROTO,
// and nothing has changed.
static int unescape(lws_form_t *x, uint8_t c, uint8_t *byte) {
    int digit = lws_url_hex(c);

    if (x->escape == 0) {
        x->escape = 1;      // '%'
        return 0;
    }
    if (digit < 0) {
        return LWS_ERR_PROTO;
    }
    if (x->escape == 1) {
        x->high = (uint8_t)digit;
        x->escape = 2;
        return 0;
    }
    *byte = (uint8_t)(x->high << 4 | digit);
    x->escape = 0;
    return 1;
}

// Decodes in[*i..] into x->buf up to the end of the input, max bytes in x->buf, a '&', or (in a
// name) a '='. LWS_OK, or LWS_ERR_PROTO with *i at the byte that is wrong. Never stops inside an
// escape but at the end of the input.
static int decode(lws_form_t *x, lws_span_t in, size_t *i, size_t max) {
    uint8_t *out = x->buf + x->len;
    uint8_t *end = x->buf + max;
    size_t at = *i;
    int more = 1;

    for (; at < in.n && out < end; at++) {
        uint8_t c = in.p[at];
        if (c == '%' || x->escape) {
            more = unescape(x, c, out);
            if (more < 0) {
                break;
            }
            out += more;
        } else if (c == '&' || (c == '=' && x->state == NAME)) {
            break;
        } else {
            *out++ = c == '+' ? ' ' : c;
        }
    }
    *i = at;
    x->len = (uint8_t)(out - x->buf);
    return more < 0 ? more : LWS_OK;
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

static int name_rx(lws_form_t *x, lws_span_t in, lws_form_event_t *ev) {
    size_t max = x->limits && x->limits->name ? x->limits->name : LWS_FORM_MAX_NAME;
    size_t i = 0;
    int err;

    max = max < LWS_FORM_MAX_NAME ? max : LWS_FORM_MAX_NAME;
    while ((err = decode(x, in, &i, max)) == LWS_OK && i < in.n) {
        if (in.p[i] == '&' && x->len == 0) {
            i++;        // "&&"
        } else if (in.p[i] == '&' || in.p[i] == '=') {
            err = give_name(x, ev);
            // '&' stays, to end the value that is not there.
            return err ? err : (int)i + (in.p[i] == '=');
        } else {
            return LWS_ERR_TOO_BIG;
        }
    }
    return err ? err : (int)i;
}

// Data is given before the error that follows it: so it is the same for any split.
static int value_rx(lws_form_t *x, lws_span_t in, lws_form_event_t *ev) {
    uint32_t max = x->limits && x->limits->value ? x->limits->value : LWS_FORM_MAX_VALUE;
    size_t i = 0;

    max -= x->value_len;
    x->len = 0;
    int err = decode(x, in, &i, max < LWS_FORM_MAX_NAME ? max : LWS_FORM_MAX_NAME);
    if (x->len) {
        x->value_len += x->len;
        ev->type = LWS_FORM_DATA;
        ev->data = lws_span(x->buf, x->len);
    } else if (err) {
        return err;
    } else if (i < in.n) {
        if (in.p[i] != '&') {
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

int lws_form_eof(lws_form_t *x, lws_form_event_t *ev) {
    int err = LWS_OK;

    ev->type = LWS_FORM_NONE;
    ev->data = lws_span(NULL, 0);
    if (x->state == CLOSED) {
        return LWS_ERR_STATE;
    }
    if (x->escape) {
        err = LWS_ERR_PROTO;
    } else if (x->state == VALUE) {
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
