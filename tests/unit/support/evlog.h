// The log of what a parser or a connection says, as text: what tests of streams compare.
#ifndef TESTS_UNIT_EVLOG_H
#define TESTS_UNIT_EVLOG_H

#include "lws/base/span.h"

#define EVLOG_SIZE 65536    // more than this is a parser that never ends

// Static, all-zero at the start; empty again when the test is over.
typedef struct evlog {
    char *text;             // ends with a NUL; NULL while nothing was logged
    size_t n, cap;
} evlog_t;

void evlog_clear(evlog_t *log);                 // empty text, not NULL
void evlog_str(evlog_t *log, const char *s);
void evlog_int(evlog_t *log, int64_t v);
void evlog_span(evlog_t *log, lws_span_t s);    // printable ASCII as it is, the rest as \xNN

#endif
