// Copies of input that catch who reads or writes past their end: at once, by an unreadable page
// (host/guard.c), or when they are freed, by a mark (device/guard.c).
#ifndef TESTS_UNIT_GUARD_H
#define TESTS_UNIT_GUARD_H

#include <stddef.h>
#include <stdint.h>

// n bytes that end where the guard begins, so they start at any address, aligned or not. A machine
// without the memory fails the test.
uint8_t *guard_alloc(size_t n);
uint8_t *guard_copy(const void *p, size_t n);
void guard_free(uint8_t *p, size_t n);

#endif
