// Running a script of the host: /host/<its path> as sys.argv[0], its folder first in sys.path.
#include "script.h"

#include <string.h>

#include "flash.h"
#include "semihost.h"

#include "py/compile.h"
#include "py/mphal.h"
#include "py/objlist.h"
#include "py/runtime.h"
#include "shared/runtime/interrupt_char.h"

#define HOST "/host"
#define HEAP "heap="
#define FLASH "flash="
#define HEAP_LEAST 16384

static char text[2048];         // the firmware's own name, then words with a zero after each
static const char *words[64];
static size_t count;
static size_t heap;

static size_t size_of(const char *digits) {
    size_t n = 0;
    for (; *digits >= '0' && *digits <= '9'; digits++) {
        n = n * 10 + *digits - '0';
    }
    return *digits == 'k' ? n << 10 : *digits == 'm' ? n << 20 : n;
}

void script_read_arguments(void) {
    const char *flash = NULL;
    if (semihost_arguments(text, sizeof(text))) {
        return;
    }
    for (char *at = strchr(text, ' '); at && count < MP_ARRAY_SIZE(words); at = strchr(at, ' ')) {
        *at++ = 0;
        if (!count && !strncmp(at, HEAP, strlen(HEAP))) {
            heap = size_of(at + strlen(HEAP));
        } else if (!count && !strncmp(at, FLASH, strlen(FLASH))) {
            flash = at + strlen(FLASH);
        } else {
            words[count++] = at;
        }
    }
    if (flash) {    // only now a zero is behind its name
        flash_open(flash);
    }
}

size_t script_heap(size_t most) {
    return heap < HEAP_LEAST || heap > most ? most : heap;
}

static mp_obj_t host_path(const char *path, size_t len) {
    vstr_t v;
    vstr_init(&v, sizeof(HOST) + len);
    vstr_add_str(&v, HOST);
    vstr_add_strn(&v, path, len);
    return mp_obj_new_str_from_vstr(&v);
}

bool script_set_argv(void) {
    for (size_t i = 0; i < count; i++) {
        mp_obj_list_append(mp_sys_argv, i ? mp_obj_new_str(words[i], strlen(words[i]))
            : host_path(words[0], strlen(words[0])));
    }
    return count > 0;
}

static void run(const char *path) {
    const char *name = strrchr(path, '/');
    mp_obj_list_store(mp_sys_path, MP_OBJ_NEW_SMALL_INT(0), host_path(path, name - path));
    mp_obj_t file = host_path(path, strlen(path));
    mp_lexer_t *lex = mp_lexer_new_from_file(mp_obj_str_get_qstr(file));
    mp_store_global(MP_QSTR___file__, file);
    qstr source = lex->source_name;
    mp_parse_tree_t tree = mp_parse(lex, MP_PARSE_FILE_INPUT);
    mp_obj_t module = mp_compile(&tree, source, false);
    mp_hal_set_interrupt_char('C' - '@');
    mp_call_function_0(module);
    mp_handle_pending(true);
}

static int exit_code(mp_obj_t exc) {
    mp_obj_t value = mp_obj_exception_get_value(exc);
    if (mp_obj_is_int(value)) {
        return mp_obj_get_int_truncated(value) & 0xff;
    }
    if (value == mp_const_none) {
        return 0;
    }
    mp_obj_print_helper(&mp_plat_print, value, PRINT_STR);
    mp_print_str(&mp_plat_print, "\n");
    return 1;
}

int script_run(void) {
    int code = 0;
    nlr_buf_t nlr;
    if (nlr_push(&nlr) == 0) {
        run(words[0]);
        nlr_pop();
    } else {
        mp_obj_t exc = MP_OBJ_FROM_PTR(nlr.ret_val);
        if (mp_obj_exception_match(exc, MP_OBJ_FROM_PTR(&mp_type_SystemExit))) {
            code = exit_code(exc);
        } else {
            mp_obj_print_exception(&mp_plat_print, exc);
            code = 1;
        }
    }
    mp_hal_set_interrupt_char(-1);
    return code;
}
