#include "mod_lws/http/forms.h"

#include "mod_lws/mem.h"

#include "py/objstr.h"
#include "py/runtime.h"

#include "lws/http/auth.h"
#include "lws/http/cookie.h"
#include "lws/http/date.h"
#include "lws/http/form.h"
#include "lws/http/mime.h"
#include "lws/http/url.h"

#define STACK 128       // text up to this is put together on the stack

// The bytes of a str or bytes-like argument.
static lws_span_t span_of(mp_obj_t v) {
    mp_buffer_info_t b;
    mp_get_buffer_raise(v, &b, MP_BUFFER_READ);
    return lws_span(b.buf, b.len);
}

static lws_span_t span_or_empty(mp_obj_t v) {
    return v == mp_const_none ? lws_span(NULL, 0) : span_of(v);
}

static mp_obj_t str_of(const lws_out_t *o) {
    return mlws_new_str(lws_span(o->p, o->len));
}

// ---- percent-encoding

static mp_obj_t decoded(lws_span_t s, bool plus) {
    uint8_t buf[STACK];
    if (!s.n || (!memchr(s.p, '%', s.n) && !(plus && memchr(s.p, '+', s.n)))) {
        return mlws_new_str(s);
    }
    uint8_t *p = s.n <= sizeof(buf) ? buf : m_new(uint8_t, s.n);
    int n = lws_url_decode(p, s.n, s, plus);
    return mlws_new_str(lws_span(p, (size_t)n));
}

// url_decode(text, plus=False): plus: '+' is a space, as in forms and queries
static mp_obj_t url_decode(size_t n_args, const mp_obj_t *args) {
    return decoded(span_of(args[0]), n_args > 1 && mp_obj_is_true(args[1]));
}
MP_DEFINE_CONST_FUN_OBJ_VAR_BETWEEN(mlws_url_decode_obj, 1, 2, url_decode);

// url_encode(text, plus=False): of one name or value; plus: a space becomes '+'
static mp_obj_t url_encode(size_t n_args, const mp_obj_t *args) {
    lws_span_t s = span_of(args[0]);
    bool plus = n_args > 1 && mp_obj_is_true(args[1]);
    uint8_t buf[STACK];
    size_t cap = 3 * s.n;
    lws_out_t o = lws_out(cap <= sizeof(buf) ? buf : m_new(uint8_t, cap), cap);
    lws_url_put(&o, s, plus ? LWS_URL_FORM : LWS_URL_COMPONENT);
    return str_of(&o);
}
MP_DEFINE_CONST_FUN_OBJ_VAR_BETWEEN(mlws_url_encode_obj, 1, 2, url_encode);

// text(bytes): a str; what is no UTF-8 becomes U+FFFD
static mp_obj_t text(mp_obj_t bytes) {
    return mlws_new_str(span_of(bytes));
}
MP_DEFINE_CONST_FUN_OBJ_1(mlws_text_obj, text);

// ---- names and values

static void check_count(size_t n) {
    if (n >= LWS_FORM_MAX_FIELDS) {
        mp_raise_ValueError(MP_ERROR_TEXT("too many fields"));
    }
}

// parse_query(text), parse_form(body): [(name, value), ...]; no '=': the value is ""
static mp_obj_t pairs(mp_obj_t text) {
    lws_span_t rest = span_of(text), name, value;
    mp_obj_t list = mp_obj_new_list(0, NULL);
    for (size_t n = 0; lws_url_next_arg(&rest, &name, &value); n++) {
        check_count(n);
        mp_obj_t pair[2] = { decoded(name, true), decoded(value, true) };
        mp_obj_list_append(list, mp_obj_new_tuple(2, pair));
    }
    return list;
}
MP_DEFINE_CONST_FUN_OBJ_1(mlws_pairs_obj, pairs);

// parse_cookies(value of a Cookie field): {name: value}; of two with one name the first, which has
// the longer path
static mp_obj_t cookies(mp_obj_t field) {
    lws_span_t rest = span_of(field), name, value;
    mp_obj_t dict = mp_obj_new_dict(0);
    mp_map_t *map = mp_obj_dict_get_map(dict);
    for (size_t n = 0; lws_cookie_next(&rest, &name, &value); n++) {
        check_count(n);
        mp_obj_t key = mlws_new_str(name);
        mp_map_elem_t *e = mp_map_lookup(map, key, MP_MAP_LOOKUP_ADD_IF_NOT_FOUND);
        if (e->value == MP_OBJ_NULL) {
            e->value = mp_const_none;       // the collector and a raise must find a whole dict
            e->value = mlws_new_str(value);
        }
    }
    return dict;
}
MP_DEFINE_CONST_FUN_OBJ_1(mlws_cookies_obj, cookies);

// ---- dates

static int64_t seconds_of(mp_obj_t v) {
    #if MICROPY_PY_BUILTINS_FLOAT
    if (mp_obj_is_float(v)) {
        mp_float_t f = mp_obj_get_float(v);
        return f > 0 && f < (mp_float_t)LWS_DATE_MAX ? (int64_t)f : f > 0 ? LWS_DATE_MAX : 0;
    }
    #endif
    uint64_t t = mlws_get_u64(v);
    return t < (uint64_t)LWS_DATE_MAX ? (int64_t)t : LWS_DATE_MAX;
}

// http_date(seconds since 1970): "Sun, 06 Nov 1994 08:49:37 GMT"
static mp_obj_t http_date(mp_obj_t t) {
    uint8_t buf[LWS_DATE_LEN];
    lws_out_t o = lws_out(buf, sizeof(buf));
    lws_date_put(&o, seconds_of(t));
    return str_of(&o);
}
MP_DEFINE_CONST_FUN_OBJ_1(mlws_http_date_obj, http_date);

static int64_t parsed_date(mp_obj_t text) {
    int64_t t;
    if (lws_date_parse(span_of(text), &t)) {
        mp_raise_ValueError(MP_ERROR_TEXT("no HTTP date"));
    }
    return t;
}

// parse_date(any of the three forms): seconds since 1970
static mp_obj_t parse_date(mp_obj_t text) {
    return mp_obj_new_int_from_ll(parsed_date(text));
}
MP_DEFINE_CONST_FUN_OBJ_1(mlws_parse_date_obj, parse_date);

// ---- Set-Cookie

enum {
    COOKIE_name, COOKIE_value, COOKIE_path, COOKIE_domain, COOKIE_expires, COOKIE_max_age,
    COOKIE_secure, COOKIE_http_only, COOKIE_same_site, COOKIE_ARGS,
};

static unsigned same_site(mp_obj_t v) {
    static const struct {
        const char *name;
        uint8_t flag;
    } names[] = {
        { "Lax", LWS_COOKIE_LAX }, { "Strict", LWS_COOKIE_STRICT }, { "None", LWS_COOKIE_NONE },
    };
    if (v == mp_const_none) {
        return 0;
    }
    lws_span_t s = span_of(v);
    for (size_t i = 0; i < MP_ARRAY_SIZE(names); i++) {
        if (lws_span_eq_nocase(s, lws_span(names[i].name, strlen(names[i].name)))) {
            return names[i].flag;
        }
    }
    mp_raise_ValueError(MP_ERROR_TEXT("same_site must be 'Lax', 'Strict' or 'None'"));
}

static void set_times(lws_set_cookie_t *c, const mp_arg_val_t *a) {
    mp_obj_t expires = a[COOKIE_expires].u_obj, max_age = a[COOKIE_max_age].u_obj;
    if (expires != mp_const_none) {
        c->flags |= LWS_COOKIE_EXPIRES;
        c->expires = mp_obj_is_str(expires) ? parsed_date(expires) : seconds_of(expires);
    }
    if (max_age != mp_const_none) {
        mp_int_t s = mp_obj_get_int(max_age);
        c->flags |= LWS_COOKIE_MAX_AGE;
        c->max_age = (int32_t)MIN(MAX(s, 0), INT32_MAX);
    }
}

static lws_set_cookie_t cookie_of(const mp_arg_val_t *a) {
    lws_set_cookie_t c = {
        .name = span_of(a[COOKIE_name].u_obj),
        .value = span_of(a[COOKIE_value].u_obj),
        .path = span_or_empty(a[COOKIE_path].u_obj),
        .domain = span_or_empty(a[COOKIE_domain].u_obj),
    };
    unsigned flags = same_site(a[COOKIE_same_site].u_obj);
    flags |= a[COOKIE_secure].u_bool ? LWS_COOKIE_SECURE : 0;
    flags |= a[COOKIE_http_only].u_bool ? LWS_COOKIE_HTTP_ONLY : 0;
    c.flags = (uint8_t)flags;
    set_times(&c, a);
    if ((flags & LWS_COOKIE_NONE) && !(flags & LWS_COOKIE_SECURE)) {
        mp_raise_ValueError(MP_ERROR_TEXT("same_site='None' needs secure=True"));
    }
    return c;
}

// set_cookie(name, value, path=None, domain=None, expires=None, max_age=None, secure=False,
//     http_only=False, same_site=None): the value of a Set-Cookie field.
// expires: seconds since 1970, or an HTTP date
static mp_obj_t set_cookie(size_t n_args, const mp_obj_t *args, mp_map_t *kw) {
    static const mp_arg_t allowed[COOKIE_ARGS] = {
        { MP_QSTR_name, MP_ARG_REQUIRED | MP_ARG_OBJ, { 0 } },
        { MP_QSTR_value, MP_ARG_REQUIRED | MP_ARG_OBJ, { 0 } },
        { MP_QSTR_path, MP_ARG_OBJ, { .u_rom_obj = MP_ROM_NONE } },
        { MP_QSTR_domain, MP_ARG_OBJ, { .u_rom_obj = MP_ROM_NONE } },
        { MP_QSTR_expires, MP_ARG_OBJ, { .u_rom_obj = MP_ROM_NONE } },
        { MP_QSTR_max_age, MP_ARG_OBJ, { .u_rom_obj = MP_ROM_NONE } },
        { MP_QSTR_secure, MP_ARG_BOOL, { .u_bool = false } },
        { MP_QSTR_http_only, MP_ARG_BOOL, { .u_bool = false } },
        { MP_QSTR_same_site, MP_ARG_OBJ, { .u_rom_obj = MP_ROM_NONE } },
    };
    mp_arg_val_t a[COOKIE_ARGS];
    mp_arg_parse_all(n_args, args, kw, COOKIE_ARGS, allowed, a);
    lws_set_cookie_t c = cookie_of(a);
    if (!lws_cookie_ok(&c)) {
        mp_raise_ValueError(MP_ERROR_TEXT("a cookie holds a character that it cannot hold"));
    }
    size_t cap = c.name.n + c.value.n + c.path.n + c.domain.n + STACK;
    lws_out_t o = lws_out(m_new(uint8_t, cap), cap);
    lws_cookie_put(&o, &c);
    return str_of(&o);
}
MP_DEFINE_CONST_FUN_OBJ_KW(mlws_set_cookie_obj, 0, set_cookie);

// ---- passwords

// b64_decode_basic(value of an Authorization field or None): (user, password), or None when it is
// nothing of the kind
static mp_obj_t basic(mp_obj_t value) {
    uint8_t buf[LWS_AUTH_MAX];
    lws_span_t user, password;
    if (lws_auth_basic(span_or_empty(value), buf, sizeof(buf), &user, &password)) {
        return mp_const_none;
    }
    mp_obj_t pair[2] = { mlws_new_str(user), mlws_new_str(password) };
    return mp_obj_new_tuple(2, pair);
}
MP_DEFINE_CONST_FUN_OBJ_1(mlws_basic_obj, basic);

// basic_challenge(realm): the value of WWW-Authenticate
static mp_obj_t challenge(mp_obj_t realm) {
    lws_span_t s = span_of(realm);
    size_t cap = 2 * s.n + STACK;
    lws_out_t o = lws_out(m_new(uint8_t, cap), cap);
    lws_auth_put_basic_challenge(&o, s);
    if (o.full) {
        mp_raise_ValueError(MP_ERROR_TEXT("a realm holds no control characters"));
    }
    return str_of(&o);
}
MP_DEFINE_CONST_FUN_OBJ_1(mlws_challenge_obj, challenge);

// compare(given, secret): takes the same time wherever they differ
static mp_obj_t compare(mp_obj_t given, mp_obj_t secret) {
    return mp_obj_new_bool(lws_auth_equal(span_of(given), span_of(secret)));
}
MP_DEFINE_CONST_FUN_OBJ_2(mlws_compare_obj, compare);

// ---- tables

// mime(path): its Content-Type
static mp_obj_t mime(mp_obj_t path) {
    return mlws_new_str(lws_mime_of(span_of(path)));
}
MP_DEFINE_CONST_FUN_OBJ_1(mlws_mime_obj, mime);

// reason(status): "Not Found"
static mp_obj_t reason(mp_obj_t status) {
    return mlws_new_str(lws_status_reason((unsigned)mp_obj_get_int(status)));
}
MP_DEFINE_CONST_FUN_OBJ_1(mlws_reason_obj, reason);

// accepts_encoding(value of an Accept-Encoding field or None, coding)
static mp_obj_t accepts(mp_obj_t value, mp_obj_t coding) {
    return mp_obj_new_bool(lws_accepts_encoding(span_or_empty(value), span_of(coding)));
}
MP_DEFINE_CONST_FUN_OBJ_2(mlws_accepts_obj, accepts);
