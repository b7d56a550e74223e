// Raspberry Pi Pico W. Its 2 MB of flash: 1152 KB for the firmware, then read-only files that are
// used in place (ROMFS), then the file system.
#define MICROPY_HW_BOARD_NAME "Raspberry Pi Pico W with lws_mp"
#define MICROPY_HW_ROMFS_BYTES (LWS_ROMFS_KB * 1024) // mpconfigboard.cmake
#define MICROPY_HW_FLASH_STORAGE_BYTES (768 * 1024)

#define MICROPY_PY_NETWORK (1)
#define MICROPY_PY_NETWORK_HOSTNAME_DEFAULT "picow"

// The radio hangs on a bus of its own that PIO drives; some of its pins count as the board's.
#define CYW43_USE_SPI (1)
#define CYW43_LWIP (1)
#define CYW43_GPIO (1)
#define CYW43_SPI_PIO (1)
#define MICROPY_HW_PIN_EXT_COUNT CYW43_WL_GPIO_COUNT

// The pin that the radio interrupts by keeps doing so over a soft reset.
int mp_hal_is_pin_reserved(int n);
#define MICROPY_HW_PIN_RESERVED(i) mp_hal_is_pin_reserved(i)
