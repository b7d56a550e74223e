# Raspberry Pi Pico, network by PPP over its serial port UART1
set(PICO_BOARD "pico")
set(PICO_PLATFORM "rp2040")
set(LWS_ROMFS_KB 256)

include(${CMAKE_CURRENT_LIST_DIR}/../../ports/rp2/lws.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/../../ports/rp2/ppp.cmake)
