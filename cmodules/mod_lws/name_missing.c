// What a package raises for a name that it does not have: to "from lws import x" an ImportError,
// to hasattr() an AttributeError. A class of Python's can have but one of the two as its base.
#include "mod_lws/error.h"

#include "py/objtuple.h"

static const mp_rom_obj_tuple_t bases = {
    { &mp_type_tuple }, 2,
    { MP_ROM_PTR(&mp_type_ImportError), MP_ROM_PTR(&mp_type_AttributeError) },
};

MP_DEFINE_CONST_OBJ_TYPE(mlws_name_missing_type, MP_QSTR_ImportError, MP_TYPE_FLAG_NONE,
    make_new, mp_obj_exception_make_new, print, mp_obj_exception_print,
    attr, mp_obj_exception_attr, parent, &bases);
