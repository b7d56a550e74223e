# Raspberry Pi Pico 2, network by PPP over its serial port UART1
set(PICO_BOARD "pico2")
set(PICO_PLATFORM "rp2350")
set(LWS_ROMFS_KB 512)

include(${CMAKE_CURRENT_LIST_DIR}/../../ports/rp2/lws.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/../../ports/rp2/ppp.cmake)
