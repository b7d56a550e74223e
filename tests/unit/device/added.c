// The linker (--wrap) sends MicroPython's search for its built-in modules here.
#include "device/added.h"

#include <string.h>

#include "py/objmodule.h"
#include "py/runtime.h"

__attribute__((weak)) const added_module_t added_by_port = { "", NULL };

static const added_module_t unit = { "_lws_unit", unit_module };

void added_function(mp_obj_t module, const char *name, const void *function) {
    mp_store_attr(module, qstr_from_str(name), MP_OBJ_FROM_PTR(function));
}

static bool is(const added_module_t *added, qstr name) {
    return strcmp(added->name, qstr_str(name)) == 0;
}

mp_obj_t __real_mp_module_get_builtin(qstr name, bool extensible);
mp_obj_t __wrap_mp_module_get_builtin(qstr name, bool extensible);
mp_obj_t __wrap_mp_module_get_builtin(qstr name, bool extensible) {
    const added_module_t *added = is(&unit, name) ? &unit : &added_by_port;
    if (!is(added, name) || !added->fill) {
        return __real_mp_module_get_builtin(name, extensible);
    }
    mp_obj_t module = mp_obj_new_module(name);
    added->fill(module);
    return module;
}
