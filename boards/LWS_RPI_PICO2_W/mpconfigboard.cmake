# Raspberry Pi Pico 2 W
set(PICO_BOARD "pico2_w")
set(PICO_PLATFORM "rp2350")

# The radio: Wi-Fi and Bluetooth. Both drivers are submodules of MicroPython.
set(MICROPY_PY_NETWORK_CYW43 ON)
set(MICROPY_PY_BLUETOOTH ON)
set(MICROPY_BLUETOOTH_BTSTACK ON)
set(MICROPY_PY_BLUETOOTH_CYW43 ON)
set(LWS_ROMFS_KB 512)

include(${CMAKE_CURRENT_LIST_DIR}/../../ports/rp2/lws.cmake)
