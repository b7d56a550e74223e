// What our ESP32 boards change of MicroPython's esp32 port; mpconfigboard.h of each includes it.
#ifndef LWS_MPCONFIG_H
#define LWS_MPCONFIG_H

// The partition "romfs" is mounted at /rom: pages are sent from flash without a copy.
#define MICROPY_VFS_ROM (1)

#endif // LWS_MPCONFIG_H
