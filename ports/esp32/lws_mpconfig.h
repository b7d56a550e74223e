// What our ESP32 boards change of MicroPython's esp32 port; mpconfigboard.h of each includes it.
#ifndef LWS_MPCONFIG_H
#define LWS_MPCONFIG_H

// The partition "romfs" is mounted at /rom: pages are sent from flash without a copy.
#define MICROPY_VFS_ROM (1)

// Where names are found again without a search, by their number modulo this: with 128, which is
// the default, what is looked up for every request collides by the luck of the numbers.
#define MICROPY_OPT_MAP_LOOKUP_CACHE_SIZE (512)

// The heap grows by itself, and gives back only pieces that are empty.
#include "../gc/area.h"
#define MP_PLAT_FREE_HEAP(p) (gc_area_in_use(p) ? (void)0 : free(p))

#endif // LWS_MPCONFIG_H
