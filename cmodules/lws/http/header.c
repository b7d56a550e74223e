#include "lws/http/header.h"
#include "lws/http/name.h"

// Each known name once: the enum's word, the canonical spelling, its first and its last but one
// letter in lower case.
#define NAMES(X) \
    X(ACCEPT, "Accept", 'a', 'p') \
    X(ACCEPT_ENCODING, "Accept-Encoding", 'a', 'n') \
    X(ACCEPT_LANGUAGE, "Accept-Language", 'a', 'g') \
    X(AUTHORIZATION, "Authorization", 'a', 'o') \
    X(CACHE_CONTROL, "Cache-Control", 'c', 'o') \
    X(CONNECTION, "Connection", 'c', 'o') \
    X(CONTENT_DISPOSITION, "Content-Disposition", 'c', 'o') \
    X(CONTENT_ENCODING, "Content-Encoding", 'c', 'n') \
    X(CONTENT_LENGTH, "Content-Length", 'c', 't') \
    X(CONTENT_RANGE, "Content-Range", 'c', 'g') \
    X(CONTENT_TYPE, "Content-Type", 'c', 'p') \
    X(COOKIE, "Cookie", 'c', 'i') \
    X(DATE, "Date", 'd', 't') \
    X(ETAG, "ETag", 'e', 'a') \
    X(EXPECT, "Expect", 'e', 'c') \
    X(HOST, "Host", 'h', 's') \
    X(IF_MATCH, "If-Match", 'i', 'c') \
    X(IF_MODIFIED_SINCE, "If-Modified-Since", 'i', 'c') \
    X(IF_NONE_MATCH, "If-None-Match", 'i', 'c') \
    X(IF_RANGE, "If-Range", 'i', 'g') \
    X(IF_UNMODIFIED_SINCE, "If-Unmodified-Since", 'i', 'c') \
    X(KEEP_ALIVE, "Keep-Alive", 'k', 'v') \
    X(LAST_EVENT_ID, "Last-Event-ID", 'l', 'i') \
    X(LAST_MODIFIED, "Last-Modified", 'l', 'e') \
    X(LOCATION, "Location", 'l', 'o') \
    X(ORIGIN, "Origin", 'o', 'i') \
    X(RANGE, "Range", 'r', 'g') \
    X(REFERER, "Referer", 'r', 'e') \
    X(RETRY_AFTER, "Retry-After", 'r', 'e') \
    X(SEC_WEBSOCKET_ACCEPT, "Sec-WebSocket-Accept", 's', 'p') \
    X(SEC_WEBSOCKET_EXTENSIONS, "Sec-WebSocket-Extensions", 's', 'n') \
    X(SEC_WEBSOCKET_KEY, "Sec-WebSocket-Key", 's', 'e') \
    X(SEC_WEBSOCKET_PROTOCOL, "Sec-WebSocket-Protocol", 's', 'o') \
    X(SEC_WEBSOCKET_VERSION, "Sec-WebSocket-Version", 's', 'o') \
    X(SERVER, "Server", 's', 'e') \
    X(SET_COOKIE, "Set-Cookie", 's', 'i') \
    X(TE, "TE", 't', 't') \
    X(TRAILER, "Trailer", 't', 'e') \
    X(TRANSFER_ENCODING, "Transfer-Encoding", 't', 'n') \
    X(UPGRADE, "Upgrade", 'u', 'd') \
    X(USER_AGENT, "User-Agent", 'u', 'n') \
    X(WWW_AUTHENTICATE, "WWW-Authenticate", 'w', 't') \
    X(X_FORWARDED_FOR, "X-Forwarded-For", 'x', 'o')

// All names in one block of bytes, found by offset: no pointers, so no relocations in a native
// module.
#define MEMBER(id, text, first, last) char id[sizeof(text)];
#define TEXT(id, text, first, last) text "\0"
#define PLACE(id, text, first, last) \
    [LWS_HDR_##id] = { offsetof(struct names, id), sizeof(text) - 1 },

struct names {
    NAMES(MEMBER)
};

const char lws_name_text[] = NAMES(TEXT);

const lws_name_place_t lws_name_places[LWS_HDR_COUNT] = { NAMES(PLACE) };

// When a new name hits a place that is taken the compiler says so (override-init): look for other
// factors in LWS_NAME_HASH then.
#define HASHED(id, text, first, last) \
    [LWS_NAME_HASH(sizeof(text) - 1, first, last)] = LWS_HDR_##id,

const uint8_t lws_name_slots[LWS_NAME_SLOTS] = { NAMES(HASHED) };

lws_hdr_t lws_hdr_id(lws_span_t name) {
    return (lws_hdr_t)lws_name_id(name.p, name.n);
}

lws_span_t lws_hdr_name(lws_hdr_t id) {
    if (id == LWS_HDR_OTHER || id >= LWS_HDR_COUNT) {
        return lws_span(NULL, 0);
    }
    return lws_span(lws_name_text + lws_name_places[id].at, lws_name_places[id].len);
}

static const struct {
    uint8_t len;
    char text[8];
} methods[] = {
    [LWS_METHOD_OTHER] = { 0, "" },
    [LWS_METHOD_GET] = { 3, "GET" },
    [LWS_METHOD_HEAD] = { 4, "HEAD" },
    [LWS_METHOD_POST] = { 4, "POST" },
    [LWS_METHOD_PUT] = { 3, "PUT" },
    [LWS_METHOD_DELETE] = { 6, "DELETE" },
    [LWS_METHOD_CONNECT] = { 7, "CONNECT" },
    [LWS_METHOD_OPTIONS] = { 7, "OPTIONS" },
    [LWS_METHOD_TRACE] = { 5, "TRACE" },
    [LWS_METHOD_PATCH] = { 5, "PATCH" },
};

lws_method_t lws_method_id(lws_span_t s) {
    for (unsigned id = LWS_METHOD_GET; id <= LWS_METHOD_PATCH; id++) {
        if (s.n == methods[id].len && s.p[0] == (uint8_t)methods[id].text[0]
            && memcmp(s.p, methods[id].text, s.n) == 0) {
            return (lws_method_t)id;
        }
    }
    return LWS_METHOD_OTHER;
}

lws_span_t lws_method_name(lws_method_t id) {
    if (id == LWS_METHOD_OTHER || id > LWS_METHOD_PATCH) {
        return lws_span(NULL, 0);
    }
    return lws_span(methods[id].text, methods[id].len);
}

lws_span_t lws_head_find(const lws_head_t *h, lws_span_t name, size_t index) {
    for (size_t i = 0; i < h->count; i++) {
        const lws_header_t *f = &h->headers[i];
        lws_span_t candidate = lws_head_span(h, f->name, f->name_len);
        if (lws_span_eq_nocase(candidate, name) && index-- == 0) {
            return lws_head_span(h, f->value, f->value_len);
        }
    }
    return lws_span(NULL, 0);
}

bool lws_head_has_token(const lws_head_t *h, lws_hdr_t id, lws_span_t token) {
    if (id == LWS_HDR_OTHER || !h->known[id]) {
        return false;
    }
    for (size_t i = h->known[id] - 1; i < h->count; i++) {
        const lws_header_t *f = &h->headers[i];
        if (f->id == id && lws_span_has_token(lws_head_span(h, f->value, f->value_len), token)) {
            return true;
        }
    }
    return false;
}

static size_t table_size(const lws_head_t *h) {
    return offsetof(lws_head_t, headers) + h->count * sizeof(lws_header_t);
}

size_t lws_head_copy_size(const lws_head_t *h) {
    return table_size(h) + h->len;
}

lws_head_t *lws_head_copy(void *dst, const lws_head_t *h) {
    size_t n = table_size(h);
    lws_head_t *copy = (lws_head_t *)dst;
    memcpy(dst, h, n);
    copy->base = (uint8_t *)dst + n;
    memcpy((uint8_t *)dst + n, h->base, h->len);
    return copy;
}
