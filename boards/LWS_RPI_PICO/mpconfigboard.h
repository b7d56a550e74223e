// Raspberry Pi Pico. Its 2 MB of flash: 896 KB for the firmware, then read-only files that are
// used in place (ROMFS), then the file system.
#define MICROPY_HW_BOARD_NAME "Raspberry Pi Pico with lws_mp"
#define MICROPY_HW_ROMFS_BYTES (LWS_ROMFS_KB * 1024) // mpconfigboard.cmake
#define MICROPY_HW_FLASH_STORAGE_BYTES (896 * 1024)

#define MICROPY_PY_NETWORK (1)
#define MICROPY_PY_NETWORK_HOSTNAME_DEFAULT "pico"
#define MICROPY_PY_NETWORK_PPP_LWIP (1)
