// A port that is only compiled: enough of MicroPython's esp32 port that the binding sees what it
// would see there (littlefs, FAT and ROMFS, threads, a heap in pieces), and nothing of ESP-IDF.
#ifndef LWS_CROSS_MPCONFIGPORT_H
#define LWS_CROSS_MPCONFIGPORT_H

#include <alloca.h>
#include <stdint.h>

#define MICROPY_CONFIG_ROM_LEVEL (MICROPY_CONFIG_ROM_LEVEL_EXTRA_FEATURES)

#define MICROPY_ENABLE_GC (1)
#define MICROPY_GC_SPLIT_HEAP (1)
#define MICROPY_LONGINT_IMPL (MICROPY_LONGINT_IMPL_MPZ)
#define MICROPY_FLOAT_IMPL (MICROPY_FLOAT_IMPL_FLOAT)
#define MICROPY_VFS (1)
#define MICROPY_VFS_FAT (1)
#define MICROPY_VFS_LFS2 (1)
#define MICROPY_VFS_ROM (1)
#define MICROPY_PY_THREAD (1)
#define MICROPY_PY_THREAD_GIL (1)

typedef intptr_t mp_int_t;
typedef uintptr_t mp_uint_t;
typedef long mp_off_t;

#define MP_STATE_PORT MP_STATE_VM
#define MICROPY_HW_BOARD_NAME "none"
#define MICROPY_HW_MCU_NAME "none"

#endif // LWS_CROSS_MPCONFIGPORT_H
