// Any split of the input gives the same events: the rule for every parser, as one call. A parser
// under test turns input into a readable log; split_check feeds it whole, byte by byte, cut in two
// at every place, and at random cuts, always from buffers that end at an unreadable page, and
// compares the logs.
#ifndef TESTS_UNIT_SPLIT_H
#define TESTS_UNIT_SPLIT_H

#include "lws/base/mem.h"
#include "support/evlog.h"
#include "support/guard.h"

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

#endif
