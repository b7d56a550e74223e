// What to answer to a request for a file: conditions, ranges, and the fields that describe it. No
// file is opened here.
#ifndef LWS_HTTP_FILE_H
#define LWS_HTTP_FILE_H

#include "lws/http/header.h"
#include "lws/http/range.h"

enum {                              // lws_file_t.flags
    LWS_FILE_WEAK = 1,              // the made tag is weak: the file may change within a second
    LWS_FILE_NO_RANGES = 2,         // it cannot be read from the middle
    LWS_FILE_VARY = 4,              // other forms for other Accept-Encodings exist (all say so)
    LWS_FILE_NO_CACHE = 8,          // Cache-Control: no-cache (asked for again each time)
    LWS_FILE_IMMUTABLE = 16,        // with max_age: its name changes with its content
};

// All-zero is a file of no bytes about which nothing is known. The spans are only read. A control
// character in any of them makes lws_file_put_head write nothing and set o->full.
typedef struct lws_file {
    uint64_t size;
    int64_t mtime;          // unix seconds; 0: unknown: no Last-Modified, no tag is made
    uint64_t nonce;         // random, for the boundary of multipart/byteranges
    lws_span_t etag;        // with its quotes; empty: made of size and mtime
    lws_span_t type;        // Content-Type; empty: not sent
    lws_span_t encoding;    // Content-Encoding of the bytes; empty: not sent
    uint32_t max_age;       // Cache-Control, seconds; 0: not sent
    uint8_t flags;          // LWS_FILE_*
} lws_file_t;

typedef struct lws_file_plan {
    uint64_t length;        // Content-Length, for HEAD too; 304 sends none (it is 0)
    uint16_t status;        // 200, 206, 304, 405, 412, 416
    bool body;              // bytes of the file follow the head: GET with 200 or 206
    uint8_t count;          // of a 206; 1: plain bytes; more: multipart/byteranges. Else 0
    lws_range_t ranges[LWS_RANGE_MAX];      // the first count are set
} lws_file_plan_t;

// Fills in the plan; returns its status. GET and HEAD, anything else is 405. Range is for GET only
// (section 14.2).
int lws_file_plan(const lws_head_t *req, const lws_file_t *f, lws_file_plan_t *plan);

// Writes the fields that the status asks for, "Name: value\r\n" each: Content-Type, ETag,
// Last-Modified, Accept-Ranges, Content-Range, Content-Encoding, Cache-Control, Vary, Allow.
// Content-Length, Date and the empty line are the caller's.
void lws_file_put_head(lws_out_t *o, const lws_file_t *f, const lws_file_plan_t *plan);

#endif
