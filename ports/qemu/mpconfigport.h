// MicroPython on QEMU's machines: what a board with lwIP and mbedTLS has.
#include <alloca.h>
#include <stdint.h>

#include "random.h"

#define MICROPY_CONFIG_ROM_LEVEL        (MICROPY_CONFIG_ROM_LEVEL_EXTRA_FEATURES)

// Where names are found again without a search, by their number modulo this: with 128, which is
// the default, what is looked up for every request collides by the luck of the numbers.
#define MICROPY_OPT_MAP_LOOKUP_CACHE_SIZE (512)

#if defined(__riscv)
#define MICROPY_EMIT_RV32               (1)
#define MICROPY_EMIT_INLINE_RV32        (1)
#else
#define MICROPY_EMIT_THUMB              (1)
#define MICROPY_EMIT_INLINE_THUMB       (1)
#define MICROPY_MAKE_POINTER_CALLABLE(p) ((void *)((mp_uint_t)(p) | 1))
#endif

#define MICROPY_MALLOC_USES_ALLOCATED_SIZE (1)
#define MICROPY_PERSISTENT_CODE_LOAD    (1)
#define MICROPY_ENABLE_GC               (1)
#define MICROPY_STACK_CHECK             (1)
#define MICROPY_ENABLE_EMERGENCY_EXCEPTION_BUF (1)
#define MICROPY_EMERGENCY_EXCEPTION_BUF_SIZE (256)
#define MICROPY_SCHEDULER_STATIC_NODES  (1)
#define MICROPY_TRACKED_ALLOC           (1)     // mbedTLS
#define MICROPY_LONGINT_IMPL            (MICROPY_LONGINT_IMPL_MPZ)
#define MICROPY_FLOAT_IMPL              (MICROPY_FLOAT_IMPL_FLOAT)
#define MICROPY_WARNINGS                (1)
#define MICROPY_VFS                     (1)
#define MICROPY_READER_VFS              (1)
#define MICROPY_VFS_ROM                 (1)
#define MICROPY_VFS_ROM_IOCTL           (1)
#define MICROPY_FATFS_ENABLE_LFN        (1)
#define MICROPY_FATFS_RPATH             (2)

#define MICROPY_PY_SYS_PLATFORM         "qemu"
#define MICROPY_PY_SYS_STDIO_BUFFER     (1)
#define MICROPY_PY_OS_SYNC              (1)
#define MICROPY_PY_OS_UNAME             (1)
#define MICROPY_PY_OS_URANDOM           (1)
#define MICROPY_PY_OS_INCLUDEFILE       "modos_port.h"
#define MICROPY_PY_MACHINE              (1)
#define MICROPY_PY_MACHINE_INCLUDEFILE  "modmachine_port.h"
#define MICROPY_PY_MACHINE_RESET        (1)
#define MICROPY_PY_MACHINE_MEMX         (0)
#define MICROPY_PY_MACHINE_PULSE        (0)
#define MICROPY_PY_MACHINE_SIGNAL       (0)
#define MICROPY_PY_TIME_GMTIME_LOCALTIME_MKTIME (1)
#define MICROPY_PY_TIME_TIME_TIME_NS    (1)
#define MICROPY_PY_TIME_INCLUDEFILE     "modtime_port.h"
#define MICROPY_PY_RANDOM_SEED_INIT_FUNC (random_word())
#define MICROPY_PY_DEFLATE_COMPRESS     (1)
#define MICROPY_PY_HASHLIB_MD5          (1)
#define MICROPY_PY_HASHLIB_SHA1         (1)
#define MICROPY_PY_CRYPTOLIB            (1)
#define MICROPY_PY_CRYPTOLIB_CTR        (1)
#define MICROPY_PY_WEBSOCKET            (1)
#define MICROPY_PY_FRAMEBUF             (1)

#define MICROPY_PY_NETWORK              (1)
#define MICROPY_PY_NETWORK_HOSTNAME_DEFAULT "lws-qemu"
#define MICROPY_PY_LWIP_SOCK_RAW        (1)
extern const struct _mp_obj_type_t mp_network_lan_type;
#define MICROPY_PORT_NETWORK_INTERFACES \
    { MP_ROM_QSTR(MP_QSTR_LAN), MP_ROM_PTR(&mp_network_lan_type) },

void network_poll(void);
void idle(uint32_t timeout_ms);
#define MICROPY_INTERNAL_EVENT_HOOK     network_poll()
#define MICROPY_INTERNAL_WFE(TIMEOUT_MS) idle(TIMEOUT_MS)

#define MP_SSIZE_MAX                    (0x7fffffff)
#define UINT_FMT                        "%lu"
#define INT_FMT                         "%ld"
#define HEX_FMT                         "%lx"
typedef int32_t mp_int_t;
typedef uint32_t mp_uint_t;
typedef long mp_off_t;

#define MP_NEED_LOG2                    (1)
#define MP_STATE_PORT                   MP_STATE_VM

#include "mpconfigboard.h"

// A board's heap may be split and grow by itself, as ESP32's: see heap.c.
#if MICROPY_GC_SPLIT_HEAP_AUTO
#include "../gc/area.h"
#include "heap.h"
#define MICROPY_GC_SPLIT_HEAP           (1)
#define MP_PLAT_ALLOC_HEAP(size)        heap_take(size)
#define MP_PLAT_FREE_HEAP(p)            (gc_area_in_use(p) ? (void)0 : heap_give(p))
#endif

#ifndef MICROPY_EPOCH_IS_1970
#define MICROPY_EPOCH_IS_1970           (1)
#endif
