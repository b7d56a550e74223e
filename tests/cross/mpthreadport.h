// MicroPython's py/mpthread.h asks the port for its mutex.
#ifndef LWS_CROSS_MPTHREADPORT_H
#define LWS_CROSS_MPTHREADPORT_H

typedef struct {
    void *handle;
} mp_thread_mutex_t;

#endif // LWS_CROSS_MPTHREADPORT_H
