#include "mod_lws/error.h"

#include "py/mperrno.h"

MP_NORETURN void mlws_raise(int err) {
    switch (err) {
        case LWS_ERR_NOMEM:
            mp_raise_OSError(MP_ENOMEM);
        case LWS_ERR_CLOSED:
            mp_raise_msg(&mp_type_OSError, MP_ERROR_TEXT("the connection is closed"));
        case LWS_ERR_TOO_BIG:
            mp_raise_msg(&mp_type_OSError,
                MP_ERROR_TEXT("the peer does not read: output limit (max_tx) reached"));
        case LWS_ERR_NOSPC:
            mp_raise_ValueError(MP_ERROR_TEXT("header fields are too long"));
        default:
            mp_raise_msg(&mp_type_RuntimeError, MP_ERROR_TEXT("not possible in this state"));
    }
}

bool mlws_ends_loop(mp_obj_t exc) {
    mp_obj_t type = MP_OBJ_FROM_PTR(mp_obj_get_type(exc));
    return mp_obj_is_subclass_fast(type, MP_OBJ_FROM_PTR(&mp_type_KeyboardInterrupt))
           || mp_obj_is_subclass_fast(type, MP_OBJ_FROM_PTR(&mp_type_SystemExit));
}
