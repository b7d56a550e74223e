// /rom: an image that QEMU's loader put into the memory is mounted at boot and read in place.
#include "machine.h"

#include "extmod/vfs.h"
#include "py/mperrno.h"
#include "py/objarray.h"
#include "py/runtime.h"

static const MP_DEFINE_MEMORYVIEW_OBJ(image, 'B', 0, ARCH_ROMFS_SIZE, (void *)ARCH_ROMFS);

mp_obj_t mp_vfs_rom_ioctl(size_t n_args, const mp_obj_t *args) {
    if (n_args == 1) {
        return MP_OBJ_NEW_SMALL_INT(1);     // the only question without a segment: how many
    }
    if (mp_obj_get_int(args[0]) == MP_VFS_ROM_IOCTL_GET_SEGMENT && mp_obj_get_int(args[1]) == 0) {
        return MP_OBJ_FROM_PTR(&image);
    }
    return MP_OBJ_NEW_SMALL_INT(-MP_EINVAL);
}
