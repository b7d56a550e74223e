# Raspberry Pi Pico W
set(PICO_BOARD "pico_w")
set(PICO_PLATFORM "rp2040")

# The radio: Wi-Fi and Bluetooth. Both drivers are submodules of MicroPython.
set(MICROPY_PY_NETWORK_CYW43 ON)
set(MICROPY_PY_BLUETOOTH ON)
set(MICROPY_BLUETOOTH_BTSTACK ON)
set(MICROPY_PY_BLUETOOTH_CYW43 ON)
set(LWS_ROMFS_KB 128)

include(${CMAKE_CURRENT_LIST_DIR}/../../ports/rp2/lws.cmake)
