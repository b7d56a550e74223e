#include "lws/base/chain.h"

#include "lws/base/err.h"

#define HEADER sizeof(lws_block_t)

static uint8_t *bytes_of(lws_block_t *b) {
    return (uint8_t *)(b + 1);
}

static size_t room_in(const lws_block_t *b) {
    return b ? b->size - b->end : 0;
}

static void free_blocks(lws_block_t *b, const lws_mem_t *mem) {
    while (b) {
        lws_block_t *next = b->next;
        lws_mem_free(mem, b, HEADER + b->size);
        b = next;
    }
}

// A block of `most` bytes, or of a half, a quarter, ... of it, but of `least`.
static lws_block_t *new_block(const lws_mem_t *mem, size_t least, size_t most) {
    if (least < LWS_CHAIN_LEAST - HEADER) {
        least = LWS_CHAIN_LEAST - HEADER;
    }
    size_t n = most < least ? least : most;
    lws_block_t *b;
    while (!(b = lws_mem_alloc(mem, HEADER + n))) {
        if (n == least) {
            return NULL;
        }
        n = n / 2 < least ? least : n / 2;
    }
    *b = (lws_block_t) { NULL, (uint32_t)n, 0, 0 };
    return b;
}

// Blocks for n bytes, the first of at least `row`, of `most` bytes where memory has them. NULL: no
// memory.
static lws_block_t *new_blocks(const lws_mem_t *mem, size_t row, size_t n, size_t most) {
    lws_block_t *blocks = NULL, **link = &blocks;
    for (size_t have = 0; have < n;) {
        lws_block_t *b = new_block(mem, have ? 0 : row, most);
        if (!b) {
            free_blocks(blocks, mem);
            return NULL;
        }
        have += b->size;
        most = n - have < b->size ? n - have : b->size;     // no more than there was just now
        *link = b;
        link = &b->next;
    }
    return blocks;
}

int lws_chain_reserve(lws_chain_t *ch, const lws_mem_t *mem, size_t row, size_t n) {
    size_t room = room_in(ch->last);
    if (room >= n) {
        return LWS_OK;
    }
    bool anew = !ch->used || !room || room < row;       // what room there is stays empty
    n -= anew ? 0 : room;
    // Half as much again as there is: many small pieces do not make many small blocks.
    lws_block_t *blocks = new_blocks(mem, anew ? row : 0, n, n + ch->used / 2);
    if (!blocks) {
        return LWS_ERR_NOMEM;
    }
    if (!ch->used) {
        lws_chain_free(ch, mem);
        ch->first = blocks;
    } else {
        free_blocks(ch->last->next, mem);
        ch->last->next = blocks;
    }
    ch->last = anew ? blocks : ch->last;
    return LWS_OK;
}

lws_out_t lws_chain_out(const lws_chain_t *ch) {
    lws_block_t *b = ch->last;
    return b ? lws_out(bytes_of(b) + b->end, room_in(b)) : lws_out(NULL, 0);
}

void lws_chain_commit(lws_chain_t *ch, size_t n) {
    ch->last->end += (uint32_t)n;
    ch->used += (uint32_t)n;
}

void lws_chain_put(lws_chain_t *ch, lws_span_t s) {
    while (s.n) {
        if (!room_in(ch->last)) {
            ch->last = ch->last->next;
        }
        size_t n = room_in(ch->last) < s.n ? room_in(ch->last) : s.n;
        memcpy(bytes_of(ch->last) + ch->last->end, s.p, n);
        lws_chain_commit(ch, n);
        s = lws_span(s.p + n, s.n - n);
    }
}

lws_span_t lws_chain_front(const lws_chain_t *ch) {
    lws_block_t *b = ch->first;
    return ch->used ? lws_span(bytes_of(b) + b->at, b->end - b->at) : lws_span(NULL, 0);
}

void lws_chain_take(lws_chain_t *ch, const lws_mem_t *mem, size_t n) {
    ch->used -= (uint32_t)n;
    if (!ch->used) {
        lws_chain_free(ch, mem);
        return;
    }
    lws_block_t *b;
    while ((b = ch->first), n >= b->end - b->at) {
        n -= b->end - b->at;
        ch->first = b->next;
        lws_mem_free(mem, b, HEADER + b->size);
    }
    b->at += (uint32_t)n;
}

void lws_chain_free(lws_chain_t *ch, const lws_mem_t *mem) {
    free_blocks(ch->first, mem);
    *ch = (lws_chain_t) { NULL, NULL, 0 };
}
