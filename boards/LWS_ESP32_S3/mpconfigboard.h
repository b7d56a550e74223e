// ESP32-S3 modules with 8 MB of flash and octal PSRAM: WROOM-1 N8R8, DevKitC-1.
#define MICROPY_HW_BOARD_NAME "lws_mp ESP32-S3"
#define MICROPY_HW_MCU_NAME "ESP32S3"

// The console is on the chip's own USB and, for boards with a converter chip, on UART0 as well.
#define MICROPY_HW_ENABLE_UART_REPL (1)

#define MICROPY_HW_I2C0_SCL (9)
#define MICROPY_HW_I2C0_SDA (8)

#include "../../ports/esp32/lws_mpconfig.h"
