// Descriptors that are closed while they are polled: epoll forgets such a one without a word, and
// the number is soon another stream's. Who still has it noted must not touch it, and who waits for
// it is told, as poll() would do. And those that MicroPython's accept() opens and loses.
#if defined(__linux__)
#include <sys/socket.h>
#include <unistd.h>

#include "mod_lws/loop/context.h"
#include "mod_lws/loop/listener.h"

int __real_close(int fd);
int __wrap_close(int fd);

// All of the firmware's closes come here (the linker's --wrap), on any thread.
int __wrap_close(int fd) {
    if (MP_STATE_VM(mlws_context)) {
        MP_STATE_VM(mlws_context)->closed = true;
    }
    return __real_close(fd);
}

// ---- accepted, but there was no memory for a socket object

static __thread int accepted = -1;

int __real_accept(int fd, struct sockaddr *peer, socklen_t *len);
int __wrap_accept(int fd, struct sockaddr *peer, socklen_t *len);

int __wrap_accept(int fd, struct sockaddr *peer, socklen_t *len) {
    accepted = __real_accept(fd, peer, len);
    return accepted;
}

void mlws_accept_begin(void) {
    accepted = -1;
}

void mlws_accept_lost(void) {
    if (accepted >= 0) {
        close(accepted);
        accepted = -1;
    }
}

#endif
