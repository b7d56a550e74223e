// Large buffers of tests: memory that lasts until the test ends, however it ends. A board has no
// static RAM for them, and a buffer of its own size shows who leaves it.
//
//     static uint8_t *wire;
//     static void test_x(void) {
//         ROOM(wire, 5000);           // all zero; NULL again when the test is over
#ifndef TESTS_UNIT_ROOM_H
#define TESTS_UNIT_ROOM_H

#include <stddef.h>

// place is a static pointer. While it has room, asking again changes nothing.
void room(void *place, size_t n);
// At least need bytes at place, where *cap bytes are now (of which what was there is kept).
void room_grow(void *place, size_t *cap, size_t need);

#define ROOM(p, n) room(&(p), (n))

#endif
