// MicroPython's regular expressions with a bound on their steps: what a path asks for is the
// peer's choice, and backtracking can take for ever. The code is lib/re1.5's, which counts here.
#include "mod_lws/http/forms.h"

#include "py/cstack.h"
#include "py/runtime.h"

#define MAX_STEPS 5000          // enough for any sane pattern; below a hundredth of a second

static uint32_t steps_left;

// Called for each place to come back to.
static void step(void) {
    mp_cstack_check();
    if (!steps_left--) {
        mp_raise_msg(&mp_type_RuntimeError, MP_ERROR_TEXT("too many steps"));
    }
}

#define re1_5_stack_chk() step()
#define re1_5_fatal(text) mp_raise_ValueError(MP_ERROR_TEXT(text))
#define re1_5_recursiveloopprog match_prog
#include "lib/re1.5/re1.5.h"
#include "lib/re1.5/recursiveloop.c"

// As in extmod/modre.c.
typedef struct {
    mp_obj_base_t base;
    ByteProg re;
} re_t;

// re_match(re.compile(...), text): the groups from 1 on as a tuple, or None. RuntimeError: it took
// too many steps, or recursed too deeply.
static mp_obj_t re_match(mp_obj_t re_in, mp_obj_t text) {
    if (mp_obj_get_type(re_in)->name != MP_QSTR_re) {
        mp_raise_TypeError(NULL);
    }
    re_t *re = MP_OBJ_TO_PTR(re_in);
    size_t n;
    Subject subject;
    subject.begin_line = subject.begin = mp_obj_str_get_data(text, &n);
    subject.end = subject.begin + n;
    int count = 2 * (re->re.sub + 1);
    const char **caps = m_new0(const char *, count);
    steps_left = MAX_STEPS;
    if (!re1_5_recursiveloopprog(&re->re, &subject, caps, count, true)) {
        return mp_const_none;
    }
    mp_obj_tuple_t *groups = MP_OBJ_TO_PTR(mp_obj_new_tuple(re->re.sub, NULL));
    for (int i = 0; i < re->re.sub; i++) {
        const char *begin = caps[2 * i + 2], *end = caps[2 * i + 3];
        groups->items[i] = begin ? mp_obj_new_str(begin, end - begin) : mp_const_none;
    }
    return MP_OBJ_FROM_PTR(groups);
}
MP_DEFINE_CONST_FUN_OBJ_2(mlws_re_match_obj, re_match);
