// What the core's roles can be told for a vhost, as attributes of its Python object.
#ifndef MOD_LWS_LOOP_SETTINGS_H
#define MOD_LWS_LOOP_SETTINGS_H

#include "mod_lws/loop/vhost.h"

// The defaults of every protocol, on a new vhost. May raise MemoryError.
void mlws_settings_begin(mlws_vhost_t *v);
// An attribute is loaded or stored, if it is one of these. Raises ValueError.
void mlws_settings_attr(mlws_vhost_t *v, qstr attr, mp_obj_t *dest);

// The numbers that a setting may be: 32 bits; 1 to most. Raise ValueError.
uint32_t mlws_get_u32(mp_obj_t v);

#endif
