// The part of a poll set that is asked by ioctl.
#ifndef MOD_LWS_LOOP_POLL_LIST_H
#define MOD_LWS_LOOP_POLL_LIST_H

#include "mod_lws/loop/context.h"

#define MLWS_LIST_WAIT_US 1000      // how often they are asked while nothing else happens

int mlws_list_add(mlws_context_t *cx, mlws_pollable_t *p);
void mlws_list_remove(mlws_context_t *cx, mlws_pollable_t *p);
// What it waits for has changed, or there may be more of what it had: it is asked the next time,
// even if nothing new came.
void mlws_list_again(mlws_pollable_t *p);
// Asks each once and reports the ready ones. True when there were any.
bool mlws_list_ask(mlws_context_t *cx);

#endif
