// ESP32-C3 modules with 4 MB of flash: DevKitM, DevKitC.
#define MICROPY_HW_BOARD_NAME "lws_mp ESP32-C3"
#define MICROPY_HW_MCU_NAME "ESP32C3"

// The console is on the chip's own USB and, for boards with a converter chip, on UART0 as well.
#define MICROPY_HW_ENABLE_UART_REPL (1)

// sdkconfig.board leaves NimBLE out.
#define MICROPY_PY_BLUETOOTH (0)

#include "../../ports/esp32/lws_mpconfig.h"
