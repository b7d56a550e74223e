// Awaitables over a connection, four words each.
#ifndef MOD_LWS_WAITER_H
#define MOD_LWS_WAITER_H

#include "mod_lws/mlws.h"

// Is done at once, with None.
extern const mp_obj_base_t mlws_done_obj;

#endif
