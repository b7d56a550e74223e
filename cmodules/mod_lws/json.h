// JSON to Python objects and back (RFC 8259, strictly).
#ifndef MOD_LWS_JSON_H
#define MOD_LWS_JSON_H

#include "py/obj.h"

#include "lws/base/span.h"

// The value of a text. Raises ValueError, which says what is wrong at which byte; MemoryError.
mp_obj_t mlws_json_read(lws_span_t text);

// Appends a value's text. Raises TypeError for what JSON has not, ValueError for a number that is
// not finite, text that is no UTF-8, and too many levels; MemoryError.
void mlws_json_write(vstr_t *out, mp_obj_t value);

extern const mp_obj_fun_builtin_fixed_t mlws_json_loads_obj, mlws_json_dumps_obj;

#endif
