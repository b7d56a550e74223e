// The output of a connection. While it is corked, output gathers in the context's scratch buffer
// (a big payload is only lent); the pump takes it from there in one send, and what the stream does
// not accept is copied to memory of the connection's own. An idle connection owns none.
#ifndef LWS_CORE_TXQ_H
#define LWS_CORE_TXQ_H

#include "lws/base/chain.h"
#include "lws/core/context.h"

// a payload below this is copied: it costs less than a second buffer
#define LWS_TXQ_LEND_MIN 512
// bytes that can be kept for one connection, whatever max_tx says
#define LWS_TXQ_MAX 0x40000000u

// From here to lws_txq_uncork output of this connection gathers. Corks nest (a handler of one
// connection writes to another, or to its own again): the outer connection's output so far is kept
// by itself meanwhile. Returns what lws_txq_uncork wants back; before that the inner connection
// was flushed or settled.
struct lws_conn *lws_txq_cork(struct lws_conn *c);
void lws_txq_uncork(struct lws_conn *c, struct lws_conn *outer);

// Output is written all or nothing: room for a head of so many bytes (contiguous, o is where to
// write it) and for the payload that follows it, then both at once. The payload may stay where it
// is until the flush: it is copied before the input it may lie in goes away, and before further
// output. LWS_OK, LWS_ERR_NOMEM, LWS_ERR_TOO_BIG (max_tx: try again when some of it is out).
int lws_txq_begin(struct lws_conn *c, lws_out_t *o, size_t head, size_t payload);
void lws_txq_end(struct lws_conn *c, lws_out_t *o, lws_span_t payload);

// As lws_txq_begin, for a payload that is made as it is written: nothing is lent, and room for all
// of it is there. Where o has less (a big one), the rest follows lws_txq_commit by lws_chain_put.
int lws_txq_begin_own(struct lws_conn *c, lws_out_t *o, size_t head, size_t payload);

// The same for a head alone (the end of it), and for a payload alone.
void lws_txq_commit(struct lws_conn *c, lws_out_t *o);
int lws_txq_lend(struct lws_conn *c, lws_span_t s);

// Copies what is lent, because its bytes are about to change; moves all that was gathered to the
// connection's own memory, lws_conn_t.tx. LWS_ERR_NOMEM: the connection is dead.
int lws_txq_unlend(struct lws_conn *c);
int lws_txq_keep(struct lws_conn *c);

// Bytes not yet taken by the stream.
size_t lws_txq_pending(const struct lws_conn *c);

void lws_txq_free(struct lws_conn *c);

#endif
