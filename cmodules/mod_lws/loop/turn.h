// A connection's life in the loop: accepted, read, written, dropped.
#ifndef MOD_LWS_LOOP_TURN_H
#define MOD_LWS_LOOP_TURN_H

#include "mod_lws/loop/context.h"
#include "mod_lws/loop/vhost.h"

// Closes the connection that has been idle for longest; false: none is. Never raises.
bool mlws_make_room(const mlws_vhost_t *v);
// Takes a connected, non-blocking stream. When the vhost is full somebody idle goes for it;
// where nobody is, it is closed after the face's word for that. So it is when memory is short.
// Never raises.
void mlws_adopt(mlws_vhost_t *v, mp_obj_t stream);
// Goes on with connections whose input was held back.
void mlws_serve_held(mlws_context_t *cx);
// A turn begins: it looks again at those that the last one has put off.
void mlws_serve_later(mlws_context_t *cx);
// Deadlines that have passed.
void mlws_serve_timers(mlws_context_t *cx);

// ---- for faces
// Output from outside or inside the connection's turn:
//     lws_conn_t *outer = lws_txq_cork(&k->c);
//     lws_conn_send ...
//     mlws_sent(k, outer);
// Data that was lent is not needed afterwards. Inside its own turn small output only gathers: the
// end of the turn sends it. Never raises.
void mlws_sent(mlws_conn_t *k, lws_conn_t *outer);
// After any other call into the core: sends what waits and sees to what the connection wants next.
// Never raises.
void mlws_flush(mlws_conn_t *k);
// A handler's exception, as a line of the application's output: none when it only says that the
// peer has gone.
void mlws_print_unless_over(const mlws_conn_t *k, mp_obj_t exc);

#endif
