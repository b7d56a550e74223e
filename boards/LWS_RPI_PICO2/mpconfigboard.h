// Raspberry Pi Pico 2. Its 4 MB of flash: 1536 KB for the firmware, then read-only files that are
// used in place (ROMFS), then the file system.
#define MICROPY_HW_BOARD_NAME "Raspberry Pi Pico 2 with lws_mp"
#define MICROPY_HW_ROMFS_BYTES (LWS_ROMFS_KB * 1024) // mpconfigboard.cmake
#define MICROPY_HW_FLASH_STORAGE_BYTES (2048 * 1024)

#define MICROPY_PY_NETWORK (1)
#define MICROPY_PY_NETWORK_HOSTNAME_DEFAULT "pico2"
#define MICROPY_PY_NETWORK_PPP_LWIP (1)
