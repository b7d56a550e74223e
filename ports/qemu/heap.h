#ifndef QEMU_HEAP_H
#define QEMU_HEAP_H

#include <stddef.h>
#include <stdint.h>

void heap_init(uint8_t *start, size_t n);

// Pieces that the garbage collector asks for, and gives back when they are empty.
void *heap_take(size_t n);
void heap_give(void *p);

#endif
