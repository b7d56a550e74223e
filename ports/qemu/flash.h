// The RAM disk: a megabyte outside of the garbage collector's heap. A file of the host, where one
// was named, keeps it when QEMU ends: read at the start, written with each block.
#ifndef QEMU_FLASH_H
#define QEMU_FLASH_H

#include "py/obj.h"

#define RAMDISK_SIZE (1024 * 1024)   // as in the linker scripts

extern uint8_t _ramdisk[];

void flash_open(const char *path);
MP_DECLARE_CONST_FUN_OBJ_2(flash_keep_obj);     // keep(start, length), after a change

#endif
