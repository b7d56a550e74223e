#include "lws/http/precond.h"

#include "lws/http/date.h"
#include "lws/http/etag.h"

// A list field may come in several lines.
static bool in_any(const lws_head_t *req, lws_hdr_t id, lws_span_t etag, bool weak) {
    for (unsigned i = 0; i < req->count; i++) {
        const lws_header_t *h = &req->headers[i];
        lws_span_t list = lws_head_span(req, h->value, h->value_len);
        if (h->id == id && etag.p && lws_etag_in_list(list, etag, weak)) {
            return true;
        }
    }
    return false;
}

// mtime against the field's date: false when either is not known.
static bool get_date(const lws_head_t *req, lws_hdr_t id, int64_t mtime, int64_t *date) {
    return mtime && req->known[id] && lws_date_parse(lws_head_get(req, id), date) == LWS_OK;
}

unsigned lws_precond(const lws_head_t *req, lws_span_t etag, int64_t mtime) {
    bool reading = req->method == LWS_METHOD_GET || req->method == LWS_METHOD_HEAD;
    int64_t date;

    if (req->known[LWS_HDR_IF_MATCH]) {
        if (!in_any(req, LWS_HDR_IF_MATCH, etag, false)) {
            return 412;
        }
    } else if (get_date(req, LWS_HDR_IF_UNMODIFIED_SINCE, mtime, &date) && mtime > date) {
        return 412;
    }
    if (req->known[LWS_HDR_IF_NONE_MATCH]) {
        if (in_any(req, LWS_HDR_IF_NONE_MATCH, etag, true)) {
            return reading ? 304 : 412;
        }
    } else if (reading && get_date(req, LWS_HDR_IF_MODIFIED_SINCE, mtime, &date)
               && mtime <= date) {
        return 304;
    }
    return 0;
}

bool lws_precond_range(const lws_head_t *req, lws_span_t etag, int64_t mtime) {
    int64_t date;

    if (!req->known[LWS_HDR_IF_RANGE]) {
        return true;
    }
    if (lws_etag_equal(lws_head_get(req, LWS_HDR_IF_RANGE), etag, false)) {
        return true;
    }
    return get_date(req, LWS_HDR_IF_RANGE, mtime, &date) && date == mtime;
}
