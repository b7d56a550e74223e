#ifndef QEMU_RANDOM_H
#define QEMU_RANDOM_H

#include <stddef.h>
#include <stdint.h>

// Fills buf from the host's /dev/urandom. Stops the machine when there is none: nothing here may
// be guessed by others.
void random_bytes(void *buf, size_t len);
uint32_t random_word(void);

#endif
