#include "flash.h"

#include "semihost.h"

#include "py/mperrno.h"
#include "py/mphal.h"
#include "py/runtime.h"

static int file = -1;

void flash_open(const char *path) {
    file = semihost_open_rw(path);
    if (file >= 0) {
        semihost_read(file, _ramdisk, RAMDISK_SIZE);
    } else {
        mp_printf(&mp_plat_print, "%s cannot be written: files will be lost\n", path);
    }
}

static mp_obj_t flash_keep(mp_obj_t start_in, mp_obj_t length_in) {
    size_t start = mp_obj_get_int(start_in), length = mp_obj_get_int(length_in);
    if (start > RAMDISK_SIZE || length > RAMDISK_SIZE - start) {
        mp_raise_ValueError(NULL);
    }
    if (file >= 0 && (semihost_seek(file, start)
                      || !semihost_write(file, _ramdisk + start, length))) {
        mp_raise_OSError(MP_EIO);
    }
    return mp_const_none;
}
MP_DEFINE_CONST_FUN_OBJ_2(flash_keep_obj, flash_keep);
