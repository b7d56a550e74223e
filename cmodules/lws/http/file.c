#include "lws/http/file.h"

#include "lws/http/date.h"
#include "lws/http/etag.h"
#include "lws/http/param.h"
#include "lws/http/precond.h"

// The tag as it is sent; one that is made goes into buf. Empty: there is none.
static lws_span_t tag_of(const lws_file_t *f, uint8_t buf[LWS_ETAG_MAX]) {
    if (f->etag.n) {
        return f->etag;
    }
    if (!f->mtime) {
        return LWS_LIT("");
    }
    lws_out_t o = lws_out(buf, LWS_ETAG_MAX);
    lws_etag_put(&o, f->size, f->mtime, f->flags & LWS_FILE_WEAK);
    return lws_span(buf, o.len);
}

// The status of a request that has conditions or ranges (RFC 9110 section 13.2.2).
static unsigned judge(const lws_head_t *req, const lws_file_t *f, lws_file_plan_t *plan) {
    uint8_t buf[LWS_ETAG_MAX];
    lws_span_t etag = tag_of(f, buf);
    unsigned status = lws_precond(req, etag, f->mtime);

    if (status) {
        return status;
    }
    if (req->method != LWS_METHOD_GET || !req->known[LWS_HDR_RANGE]
        || (f->flags & LWS_FILE_NO_RANGES) || !lws_precond_range(req, etag, f->mtime)) {
        return 200;
    }
    return lws_range_parse(lws_head_get(req, LWS_HDR_RANGE), f->size, plan->ranges, &plan->count);
}

static uint64_t length_of(const lws_file_t *f, const lws_file_plan_t *plan) {
    if (plan->status == 200) {
        return f->size;
    }
    if (plan->count == 1) {
        return plan->ranges[0].last - plan->ranges[0].first + 1;
    }
    return plan->count ? lws_range_multipart_len(plan->ranges, plan->count, f->size, f->type) : 0;
}

int lws_file_plan(const lws_head_t *req, const lws_file_t *f, lws_file_plan_t *plan) {
    plan->count = 0;
    if (req->method != LWS_METHOD_GET && req->method != LWS_METHOD_HEAD) {
        plan->status = 405;
    } else if (lws_precond_any(req) || req->known[LWS_HDR_RANGE]) {
        plan->status = (uint16_t)judge(req, f, plan);
    } else {
        plan->status = 200;
    }
    plan->length = length_of(f, plan);
    plan->body = req->method == LWS_METHOD_GET && (plan->status == 200 || plan->status == 206);
    return plan->status;
}

static void put_end(lws_out_t *o) {
    LWS_OUT_LIT(o, "\r\n");
}

static void put_cache(lws_out_t *o, const lws_file_t *f) {
    if (f->flags & LWS_FILE_NO_CACHE) {
        LWS_OUT_LIT(o, "Cache-Control: no-cache\r\n");
    } else if (f->max_age) {
        LWS_OUT_LIT(o, "Cache-Control: max-age=");
        lws_out_dec(o, f->max_age);
        if (f->flags & LWS_FILE_IMMUTABLE) {
            LWS_OUT_LIT(o, ", immutable");
        }
        put_end(o);
    }
    if (f->flags & LWS_FILE_VARY) {
        LWS_OUT_LIT(o, "Vary: Accept-Encoding\r\n");
    }
}

// The fields about the bytes that are sent: 200 and 206.
static void put_content(lws_out_t *o, const lws_file_t *f, const lws_file_plan_t *plan) {
    if (plan->count > 1) {
        LWS_OUT_LIT(o, "Content-Type: multipart/byteranges; boundary=");
        lws_range_put_boundary(o, f->nonce);
        put_end(o);
    } else if (f->type.n) {
        LWS_OUT_LIT(o, "Content-Type: ");
        lws_out_span(o, f->type);
        put_end(o);
    }
    if (plan->count == 1) {
        LWS_OUT_LIT(o, "Content-Range: ");
        lws_range_put(o, &plan->ranges[0], f->size);
        put_end(o);
    }
    if (f->encoding.n) {
        LWS_OUT_LIT(o, "Content-Encoding: ");
        lws_out_span(o, f->encoding);
        put_end(o);
    }
    if (!(f->flags & LWS_FILE_NO_RANGES)) {
        LWS_OUT_LIT(o, "Accept-Ranges: bytes\r\n");
    }
}

// ETag and Last-Modified: 200, 206, 304. A 304 with a tag needs no date (section 15.4.5).
static void put_validators(lws_out_t *o, const lws_file_t *f, bool unmodified) {
    uint8_t buf[LWS_ETAG_MAX];
    lws_span_t etag = tag_of(f, buf);

    if (etag.n) {
        LWS_OUT_LIT(o, "ETag: ");
        lws_out_span(o, etag);
        put_end(o);
    }
    if (f->mtime && !(unmodified && etag.n)) {
        LWS_OUT_LIT(o, "Last-Modified: ");
        lws_date_put(o, f->mtime);
        put_end(o);
    }
}

void lws_file_put_head(lws_out_t *o, const lws_file_t *f, const lws_file_plan_t *plan) {
    if (!lws_param_safe(f->type) || !lws_param_safe(f->encoding) || !lws_param_safe(f->etag)) {
        o->full = true;
        return;
    }
    switch (plan->status) {
        case 200:
        case 206:
            put_content(o, f, plan);
        // fall through
        case 304:
            put_validators(o, f, plan->status == 304);
            put_cache(o, f);
            break;
        case 405:
            LWS_OUT_LIT(o, "Allow: GET, HEAD\r\n");
            break;
        case 416:
            LWS_OUT_LIT(o, "Content-Range: ");
            lws_range_put(o, NULL, f->size);
            put_end(o);
            break;
    }
}
