// Generators, which to MicroPython are coroutines.
#ifndef MOD_LWS_LOOP_GENERATOR_H
#define MOD_LWS_LOOP_GENERATOR_H

#include "py/obj.h"

// Does the code of this generator object yield values by itself? A coroutine's only awaits.
bool mlws_yields_values(mp_obj_t generator);

extern const mp_obj_fun_builtin_fixed_t mlws_yields_values_obj;

#endif
