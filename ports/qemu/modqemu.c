// Module qemu: what the boot script needs of this port.
#include "flash.h"
#include "host_vfs.h"

#include "py/objarray.h"
#include "py/runtime.h"

#define WRITABLE 0x80               // in a memoryview's type

static const MP_DEFINE_MEMORYVIEW_OBJ(ramdisk, 'B' | WRITABLE, 0, RAMDISK_SIZE, _ramdisk);

static const mp_rom_map_elem_t qemu_globals_table[] = {
    { MP_ROM_QSTR(MP_QSTR___name__), MP_ROM_QSTR(MP_QSTR_qemu) },
    { MP_ROM_QSTR(MP_QSTR_VfsHost), MP_ROM_PTR(&host_vfs_type) },
    { MP_ROM_QSTR(MP_QSTR_keep), MP_ROM_PTR(&flash_keep_obj) },
    { MP_ROM_QSTR(MP_QSTR_ramdisk), MP_ROM_PTR(&ramdisk) },
};
static MP_DEFINE_CONST_DICT(qemu_globals, qemu_globals_table);

const mp_obj_module_t qemu_module = {
    .base = { &mp_type_module },
    .globals = (mp_obj_dict_t *)&qemu_globals,
};
MP_REGISTER_MODULE(MP_QSTR_qemu, qemu_module);
