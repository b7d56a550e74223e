// The number of a call and a block of words with its arguments go through one breakpoint.
#include "semihost.h"

#include <string.h>

enum {
    SYS_OPEN = 0x01,
    SYS_CLOSE = 0x02,
    SYS_WRITE = 0x05,
    SYS_READ = 0x06,
    SYS_SEEK = 0x0a,
    SYS_FLEN = 0x0c,
    SYS_TIME = 0x11,
    SYS_GET_CMDLINE = 0x15,
    SYS_EXIT_EXTENDED = 0x20,
};

#define MODE_RB 1
#define MODE_RW 3
#define STOPPED_BY_EXIT 0x20026     // ADP_Stopped_ApplicationExit

int semihost_call(uint32_t op, void *arguments);    // <arch>/semihost_call.S

static int open_file(const char *path, uintptr_t mode) {
    uintptr_t block[] = { (uintptr_t)path, mode, strlen(path) };
    return semihost_call(SYS_OPEN, block);
}

int semihost_open(const char *path) {
    return open_file(path, MODE_RB);
}

int semihost_open_rw(const char *path) {
    return open_file(path, MODE_RW);
}

int semihost_close(int handle) {
    uintptr_t block[] = { (uintptr_t)handle };
    return semihost_call(SYS_CLOSE, block);
}

// The answer is how many bytes were NOT read: all of them at the end of a file, and when it is a
// folder.
size_t semihost_read(int handle, void *buf, size_t len) {
    uintptr_t block[] = { (uintptr_t)handle, (uintptr_t)buf, len };
    return len - (size_t)semihost_call(SYS_READ, block);
}

// The answer is how many bytes were NOT written.
bool semihost_write(int handle, const void *buf, size_t len) {
    uintptr_t block[] = { (uintptr_t)handle, (uintptr_t)buf, len };
    return semihost_call(SYS_WRITE, block) == 0;
}

int semihost_seek(int handle, uint32_t offset) {
    uintptr_t block[] = { (uintptr_t)handle, offset };
    return semihost_call(SYS_SEEK, block);
}

int semihost_length(int handle) {
    uintptr_t block[] = { (uintptr_t)handle };
    return semihost_call(SYS_FLEN, block);
}

uint32_t semihost_time(void) {
    return (uint32_t)semihost_call(SYS_TIME, NULL);
}

int semihost_arguments(char *buf, size_t room) {
    uintptr_t block[] = { (uintptr_t)buf, room };
    buf[0] = 0;
    return semihost_call(SYS_GET_CMDLINE, block);
}

void semihost_exit(int code) {
    uintptr_t block[] = { STOPPED_BY_EXIT, (uintptr_t)code };
    semihost_call(SYS_EXIT_EXTENDED, block);
    for (;;) {
    }
}
