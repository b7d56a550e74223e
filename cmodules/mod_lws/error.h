// Exceptions: what the core's errors mean, and which of Python's end more than a request.
#ifndef MOD_LWS_ERROR_H
#define MOD_LWS_ERROR_H

#include "py/obj.h"
#include "py/runtime.h"

#include "lws/base/err.h"

#ifndef MP_NORETURN
#define MP_NORETURN NORETURN    // MicroPython before 1.26
#endif

// For a name that a package does not have (name_missing.c).
extern const mp_obj_type_t mlws_name_missing_type;

// Raises what an LWS_ERR_* means: OSError with ENOMEM, ENOTCONN, EPROTO ..., RuntimeError for
// LWS_ERR_STATE.
MP_NORETURN void mlws_raise(int err);
// An Exception, and not KeyboardInterrupt or SystemExit, which end the loop?
static inline bool mlws_is_exception(mp_obj_t e) {
    return mp_obj_is_subclass_fast(MP_OBJ_FROM_PTR(mp_obj_get_type(e)),
        MP_OBJ_FROM_PTR(&mp_type_Exception));
}
// ^C or sys.exit()?
bool mlws_ends_loop(mp_obj_t e);

#endif
