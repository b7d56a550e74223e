// How much of a test is run. A computer walks through everything (host/effort.c); a board, which
// is a hundred times slower and has 200 KB of memory, takes a sample of it (device/effort.c).
#ifndef TESTS_UNIT_EFFORT_H
#define TESTS_UNIT_EFFORT_H

#include <stdbool.h>

extern const bool unity_exhaustive;

#endif
