// HTTP/1.1 parsing as a document: the message as text, then the log of what the parser says, the
// same for every split of the input.
//
//     H1_REQUEST(
//         "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi",
//         "POST /x HTTP/1.1 keep-alive length=2\n"
//         "  Host: a\n"
//         "  Content-Length: 2\n"
//         "BODY hi\n"
//         "END\n");
//
// Pieces of a body are joined. An error ends the log: "PROTO 400\n". The end of input is logged
// only when it matters: "EOF inside a message\n", or "EOF END\n" when it ends a body.
#ifndef TESTS_UNIT_H1_LOG_H
#define TESTS_UNIT_H1_LOG_H

#include "lws/http/h1.h"
#include "support/split.h"
#include "support/test_mem.h"

typedef struct h1_log {
    bool response, no_body, connect;    // for the parser
    const lws_h1_limits_t *limits;
    const lws_mem_t *mem;               // NULL: tm is used and must be empty in the end
    lws_h1_t x;
    lws_head_t head;
    test_mem_t tm;
    int err;            // the first error
    bool in_body;       // a BODY line is open
    // of the head's bytes, when the parser holds them: they must stay until END
    uint32_t sum;
} h1_log_t;

void h1_log_open(void *user);
void h1_log_feed(void *user, uint8_t *buf, size_t n, evlog_t *log);
void h1_log_close(void *user, evlog_t *log);

// What is parsed, where it is not a request with the default limits.
typedef struct h1_kind {
    bool response, no_body, connect;
    const lws_h1_limits_t *limits;
} h1_kind_t;

// Runs every split of the text and compares the log.
void h1_expect(const h1_kind_t *kind, const void *text, size_t n, const char *log, int line);

#define H1_REQUEST(text, log) \
    h1_expect(&(h1_kind_t) { 0 }, (text), sizeof(text) - 1, (log), __LINE__)
#define H1_RESPONSE(text, log) \
    h1_expect(&(h1_kind_t) { .response = true }, (text), sizeof(text) - 1, (log), __LINE__)
// With fields of h1_kind_t.
#define H1_CASE(text, log, ...) \
    h1_expect(&(h1_kind_t) { __VA_ARGS__ }, (text), sizeof(text) - 1, (log), __LINE__)

#endif
