// Modules that only a firmware with the tests has. It is the firmware without them, with its very
// objects, and some more: nothing here may have qstrs or root pointers of its own.
#ifndef TESTS_UNIT_DEVICE_ADDED_H
#define TESTS_UNIT_DEVICE_ADDED_H

#include "py/obj.h"

void unit_module(mp_obj_t module);      // fills _lws_unit

// One more module, which a port may have.
typedef struct added_module {
    const char *name;
    void (*fill)(mp_obj_t module);
} added_module_t;

extern const added_module_t added_by_port;

void added_function(mp_obj_t module, const char *name, const void *function);

#endif
