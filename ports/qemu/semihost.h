// Arm's semihosting calls, which QEMU serves for Arm and RISC-V: files of the host, its clock, the
// command line, and the exit code. Only an emulated machine has them.
#ifndef QEMU_SEMIHOST_H
#define QEMU_SEMIHOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

int semihost_open(const char *path);    // for reading; a handle, or -1
int semihost_open_rw(const char *path); // of a file that is there
int semihost_close(int handle);
size_t semihost_read(int handle, void *buf, size_t len);    // bytes read: 0 at the end
bool semihost_write(int handle, const void *buf, size_t len);
int semihost_seek(int handle, uint32_t offset);
int semihost_length(int handle);
uint32_t semihost_time(void);           // seconds since 1970
// The arguments that QEMU was given, with spaces between them. 0, or -1 when there are none.
int semihost_arguments(char *buf, size_t room);
void semihost_exit(int code) __attribute__((noreturn));

#endif
