// Where the core's memory comes from. The owner of a context hands in one of these; nothing in the
// core calls malloc.
#ifndef LWS_BASE_MEM_H
#define LWS_BASE_MEM_H

#include <stddef.h>
#include <stdint.h>

typedef struct lws_mem {
    // realloc's contract with the old size given: p == NULL allocates, size == 0 frees (and
    // returns NULL). Contents are kept up to min(old_size, size). NULL for a size > 0 means no
    // memory; p stays valid then. It never raises and never longjmps.
    void *(*resize)(void *user, void *p, size_t old_size, size_t size);
    void *user;
} lws_mem_t;

// Uninitialised memory, or NULL.
static inline void *lws_mem_alloc(const lws_mem_t *mem, size_t size) {
    return mem->resize(mem->user, NULL, 0, size);
}

static inline void *lws_mem_resize(const lws_mem_t *mem, void *p, size_t old_size, size_t size) {
    return mem->resize(mem->user, p, old_size, size);
}

// size is what it was allocated with; p may be NULL.
static inline void lws_mem_free(const lws_mem_t *mem, void *p, size_t size) {
    if (p) {
        mem->resize(mem->user, p, size, 0);
    }
}

#endif
