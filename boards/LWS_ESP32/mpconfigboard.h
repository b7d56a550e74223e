// ESP32 modules with 4 MB of flash: WROOM-32, DevKitC.
#define MICROPY_HW_BOARD_NAME "lws_mp ESP32"
#define MICROPY_HW_MCU_NAME "ESP32"

// sdkconfig.board leaves NimBLE out.
#define MICROPY_PY_BLUETOOTH (0)

#include "../../ports/esp32/lws_mpconfig.h"
