// Any split of the input gives the same events: the rule for every parser, as one call. A parser
// under test turns input into a readable log; split_check feeds it whole, byte by byte, cut in two
// at every place, and at random cuts, always from buffers that end at an unreadable page, and
// compares the logs.
#ifndef TESTS_UNIT_SPLIT_H
#define TESTS_UNIT_SPLIT_H

#include "lws/base/mem.h"
#include "lws/base/span.h"

#define EVLOG_SIZE 65536

typedef struct evlog {
    char text[EVLOG_SIZE];
    size_t n;
} evlog_t;

void evlog_str(evlog_t *log, const char *s);
void evlog_int(evlog_t *log, int64_t v);
void evlog_span(evlog_t *log, lws_span_t s);    // printable ASCII as it is, the rest as \xNN

typedef struct split_case {
    void (*open)(void *user);                                           // a fresh parser
    // Feeds one piece (writable). All of it must be used or the parser be at an error, which goes
    // to the log once.
    void (*feed)(void *user, uint8_t *buf, size_t n, evlog_t *log);
    void (*close)(void *user, evlog_t *log);                            // end of input; frees
    void *user;
} split_case_t;

// Consecutive pieces of data must be joined by the feed (or the log must not show where pieces
// end).
void split_check(const split_case_t *c, const void *input, size_t n, int line);
// The log of the run that was fed whole.
const char *split_log(void);

#define TEST_SPLIT(c, input, n) split_check((c), (input), (n), __LINE__)

// A copy that ends at an unreadable page (or is exactly as long under sanitizers elsewhere).
uint8_t *guard_copy(const void *p, size_t n);
void guard_free(uint8_t *p, size_t n);

#endif
