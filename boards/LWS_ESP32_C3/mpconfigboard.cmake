set(IDF_TARGET esp32c3)
set(LWS_PARTITIONS partitions-4MiB.csv)
set(LWS_PARTITIONS_TESTS partitions-4MiB-tests.csv)
set(SDKCONFIG_DEFAULTS
    ${CMAKE_SOURCE_DIR}/boards/sdkconfig.base
    ${CMAKE_SOURCE_DIR}/boards/ESP32_GENERIC_C3/sdkconfig.c3usb
    ${CMAKE_CURRENT_LIST_DIR}/../../ports/esp32/sdkconfig.lws
    ${CMAKE_CURRENT_LIST_DIR}/sdkconfig.board
)
include(${CMAKE_CURRENT_LIST_DIR}/../../ports/esp32/board.cmake)
