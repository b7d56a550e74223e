// The programs of the suite: each one's main() has another name in a firmware.
#ifndef TESTS_UNIT_DEVICE_SUITES_H
#define TESTS_UNIT_DEVICE_SUITES_H

#include <stddef.h>

typedef struct suite {
    const char *name;           // as its file: test_ac
    int (*main)(void);          // failures
} suite_t;

extern const suite_t unit_suites[];
extern const size_t unit_suites_count;

#endif
