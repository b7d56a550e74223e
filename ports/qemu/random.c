// Randomness is the host's.
#include "random.h"

#include "semihost.h"

#include "py/mpprint.h"

#define EXIT_NO_RANDOM 124

void random_bytes(void *buf, size_t len) {
    static int handle = -1;
    if (handle < 0) {
        handle = semihost_open("/dev/urandom");
    }
    if (handle < 0 || semihost_read(handle, buf, len) != len) {
        mp_printf(&mp_plat_print, "no randomness: the host's /dev/urandom cannot be read\n");
        semihost_exit(EXIT_NO_RANDOM);
    }
}

uint32_t random_word(void) {
    uint32_t word;
    random_bytes(&word, sizeof(word));
    return word;
}
