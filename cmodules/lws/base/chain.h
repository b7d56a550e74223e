// Bytes that wait: put at the end, taken from the front, kept in as many blocks as memory asks
// for. One block of what is needed where there is one, else smaller ones, down to LWS_CHAIN_LEAST
// bytes.
// What is in a block does not move.
#ifndef LWS_BASE_CHAIN_H
#define LWS_BASE_CHAIN_H

#include "lws/base/mem.h"
#include "lws/base/span.h"

#define LWS_CHAIN_LEAST 64          // bytes of the smallest block, its header with it

typedef struct lws_block {
    struct lws_block *next;
    uint32_t size;                  // of the bytes behind this
    uint32_t at, end;               // bytes [at, end) are still to be taken
} lws_block_t;

// All-zero: empty.
typedef struct lws_chain {
    lws_block_t *first;
    lws_block_t *last;              // that has room; blocks behind it are empty
    uint32_t used;                  // bytes in it
} lws_chain_t;

// Makes room for n bytes behind the last, the first `row` of them in a row (0: anywhere). LWS_OK
// or LWS_ERR_NOMEM: then nothing has changed. used + n must fit 31 bits.
int lws_chain_reserve(lws_chain_t *ch, const lws_mem_t *mem, size_t row, size_t n);
// The room in a row that was reserved, to be written to; lws_chain_commit says how much was.
lws_out_t lws_chain_out(const lws_chain_t *ch);
void lws_chain_commit(lws_chain_t *ch, size_t n);
// Bytes that room was reserved for.
void lws_chain_put(lws_chain_t *ch, lws_span_t s);

// The first bytes that lie in a row; empty when the chain is. They may be written to.
lws_span_t lws_chain_front(const lws_chain_t *ch);
// Takes n bytes from the front; memory goes as soon as a block is empty.
void lws_chain_take(lws_chain_t *ch, const lws_mem_t *mem, size_t n);
void lws_chain_free(lws_chain_t *ch, const lws_mem_t *mem);

#endif
