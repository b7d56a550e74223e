#include "lws/base/ac.h"

struct lws_ac_chunk {
    lws_ac_chunk_t *next;
    size_t size;        // of the allocation
    size_t objects;     // where the next object begins at the earliest
    size_t text;        // where text begins
};

// An allocation above this is an overflow in disguise, on any machine.
#define MOST ((size_t)-1 / 4)

static size_t aligned(size_t n) {
    return (n + LWS_AC_ALIGN - 1) & ~(size_t)(LWS_AC_ALIGN - 1);
}

static uint8_t *bytes(lws_ac_chunk_t *c) {
    return (uint8_t *)c;
}

// Objects are aligned as the address is, whatever mem aligns its blocks to.
static size_t object_start(const lws_ac_chunk_t *c) {
    uintptr_t base = (uintptr_t)c;
    return (size_t)(aligned((size_t)(base + c->objects)) - base);
}

static void *object_in(lws_ac_chunk_t *c, size_t n) {
    size_t at = object_start(c);

    if (at > c->text || n > c->text - at) {
        return NULL;
    }
    c->objects = at + n;
    return bytes(c) + at;
}

static uint8_t *text_in(lws_ac_chunk_t *c, size_t n) {
    if (n > c->text - c->objects) {
        return NULL;
    }
    c->text -= n;
    return bytes(c) + c->text;
}

// A chunk with room for n bytes, aligned or not.
static lws_ac_chunk_t *add_chunk(lws_ac_t *ac, size_t n) {
    if (n > MOST) {
        return NULL;
    }
    size_t size = sizeof(lws_ac_chunk_t) + LWS_AC_ALIGN - 1 + n;
    bool large = size > ac->chunk_size;
    if (!large) {
        size = ac->chunk_size;
    }
    if (ac->limit && (ac->total > ac->limit || size > ac->limit - ac->total)) {
        return NULL;
    }
    lws_ac_chunk_t *c = lws_mem_alloc(ac->mem, size);
    if (!c) {
        return NULL;
    }
    c->size = size;
    c->objects = sizeof(lws_ac_chunk_t);
    c->text = size;
    // A chunk for one large piece goes second: the one in use has room left.
    lws_ac_chunk_t **at = large && ac->chunks ? &ac->chunks->next : &ac->chunks;
    c->next = *at;
    *at = c;
    ac->total += size;
    return c;
}

void lws_ac_init(lws_ac_t *ac, const lws_mem_t *mem, size_t chunk_size, size_t limit) {
    memset(ac, 0, sizeof(*ac));
    ac->mem = mem;
    ac->chunk_size = chunk_size ? chunk_size : LWS_AC_CHUNK;
    ac->limit = limit;
}

void lws_ac_free(lws_ac_t *ac) {
    while (ac->chunks) {
        lws_ac_chunk_t *c = ac->chunks;
        ac->chunks = c->next;
        lws_mem_free(ac->mem, c, c->size);
    }
    ac->total = 0;
}

void *lws_ac_use(lws_ac_t *ac, size_t n) {
    void *p = ac->chunks ? object_in(ac->chunks, n) : NULL;
    if (p) {
        return p;
    }
    lws_ac_chunk_t *c = add_chunk(ac, n);
    return c ? object_in(c, n) : NULL;
}

void *lws_ac_use_zero(lws_ac_t *ac, size_t n) {
    void *p = lws_ac_use(ac, n);
    if (p) {
        memset(p, 0, n);
    }
    return p;
}

void *lws_ac_use_backfill(lws_ac_t *ac, size_t n) {
    for (lws_ac_chunk_t *c = ac->chunks; c; c = c->next) {
        void *p = object_in(c, n);
        if (p) {
            return p;
        }
    }
    return lws_ac_use(ac, n);
}

uint8_t *lws_ac_use_text(lws_ac_t *ac, size_t n) {
    for (lws_ac_chunk_t *c = ac->chunks; c; c = c->next) {
        uint8_t *p = text_in(c, n);
        if (p) {
            return p;
        }
    }
    lws_ac_chunk_t *c = add_chunk(ac, n);
    return c ? text_in(c, n) : NULL;
}

static const uint8_t *find(const uint8_t *p, const uint8_t *end, lws_span_t s, bool nul) {
    while ((size_t)(end - p) >= s.n + nul) {
        // From one place where the first byte stands to the next.
        if (s.n) {
            p = memchr(p, s.p[0], (size_t)(end - p) - s.n - nul + 1);
            if (!p) {
                return NULL;
            }
        }
        if ((s.n == 0 || memcmp(p, s.p, s.n) == 0) && (!nul || p[s.n] == 0)) {
            return p;
        }
        p++;
    }
    return NULL;
}

lws_span_t lws_ac_scan_extant(const lws_ac_t *ac, lws_span_t s, bool nul) {
    for (lws_ac_chunk_t *c = ac->chunks; c; c = c->next) {
        const uint8_t *p = find(bytes(c) + c->text, bytes(c) + c->size, s, nul);
        if (p) {
            return lws_span(p, s.n);
        }
    }
    return lws_span(NULL, 0);
}

lws_span_t lws_ac_fold(lws_ac_t *ac, lws_span_t s, bool nul) {
    lws_span_t extant = lws_ac_scan_extant(ac, s, nul);
    if (extant.p) {
        return extant;
    }
    if (s.n > MOST) {
        return lws_span(NULL, 0);
    }
    uint8_t *p = lws_ac_use_text(ac, s.n + nul);
    if (!p) {
        return lws_span(NULL, 0);
    }
    if (s.n) {
        memcpy(p, s.p, s.n);
    }
    if (nul) {
        p[s.n] = 0;
    }
    return lws_span(p, s.n);
}
