// Descriptors that are closed while they are polled: epoll forgets such a one without a word, and
// the number is soon another stream's. Who still has it noted must not touch it, and who waits for
// it is told, as poll() would do.
#if defined(__linux__)
#include "mod_lws/loop/context.h"

int __real_close(int fd);
int __wrap_close(int fd);

// All of the firmware's closes come here (the linker's --wrap), on any thread.
int __wrap_close(int fd) {
    if (MP_STATE_VM(mlws_context)) {
        MP_STATE_VM(mlws_context)->closed = true;
    }
    return __real_close(fd);
}

#endif
