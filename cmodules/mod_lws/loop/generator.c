#include "mod_lws/loop/generator.h"

#include "py/bc.h"
#include "py/bc0.h"
#include "py/objfun.h"
#include "py/objgenerator.h"

// MicroPython keeps this struct to itself.
typedef struct generator {
    mp_obj_base_t base;
    mp_obj_t pend_exc;
    mp_code_state_t code;
} generator_t;

// Behind an instruction's argument. last: the furthest that a jump leads to so far.
static const byte *after_argument(const byte *ip, byte op, const byte **last) {
    unsigned format = MP_BC_FORMAT(op);
    if (format == MP_BC_FORMAT_OFFSET) {
        bool is_long = *ip & 0x80;
        size_t jump = is_long ? (ip[0] & 0x7fu) | (size_t)ip[1] << 7 : ip[0];
        size_t zero = op > MP_BC_POP_JUMP_IF_FALSE ? 0 : is_long ? 0x4000 : 0x40;
        ip += is_long ? 2 : 1;
        if (jump > zero && ip + (jump - zero) > *last) {
            *last = ip + (jump - zero);
        }
    } else if (format != MP_BC_FORMAT_BYTE) {
        while (*ip++ & 0x80) {
        }
    }
    return ip + ((op & MP_BC_MASK_EXTRA_BYTE) == 0);
}

static bool goes_on(byte op) {
    return op != MP_BC_JUMP && op != MP_BC_UNWIND_JUMP && op != MP_BC_POP_EXCEPT_JUMP
           && !(op >= MP_BC_RETURN_VALUE && op <= MP_BC_RAISE_FROM);
}

// To the end of the code: where nothing goes on and no jump leads beyond.
bool mlws_yields_values(mp_obj_t generator) {
    const mp_obj_fun_bc_t *f = ((generator_t *)MP_OBJ_TO_PTR(generator))->code.fun_bc;
    if (f->base.type != &mp_type_gen_wrap) {
        return false;       // native code
    }
    const byte *ip = f->bytecode;
    MP_BC_PRELUDE_SIG_DECODE(ip);
    MP_BC_PRELUDE_SIZE_DECODE(ip);
    ip += n_info + n_cell;
    const byte *last = ip;
    byte op;
    do {
        op = *ip++;
        ip = after_argument(ip, op, &last);
    } while (op != MP_BC_YIELD_VALUE && (goes_on(op) || ip <= last));
    return op == MP_BC_YIELD_VALUE;
}

// yields_values(generator object)
static mp_obj_t yields_values(mp_obj_t generator) {
    return mp_obj_new_bool(mp_obj_is_type(generator, &mp_type_gen_instance)
        && mlws_yields_values(generator));
}
MP_DEFINE_CONST_FUN_OBJ_1(mlws_yields_values_obj, yields_values);
