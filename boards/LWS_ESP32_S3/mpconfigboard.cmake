set(IDF_TARGET esp32s3)
set(LWS_PARTITIONS partitions-8MiB.csv)
set(SDKCONFIG_DEFAULTS
    ${CMAKE_SOURCE_DIR}/boards/sdkconfig.base
    ${CMAKE_SOURCE_DIR}/boards/sdkconfig.usb
    ${CMAKE_SOURCE_DIR}/boards/sdkconfig.ble
    ${CMAKE_SOURCE_DIR}/boards/sdkconfig.spiram_sx
    ${CMAKE_SOURCE_DIR}/boards/sdkconfig.240mhz
    ${CMAKE_SOURCE_DIR}/boards/sdkconfig.spiram_oct
    ${CMAKE_CURRENT_LIST_DIR}/../../ports/esp32/sdkconfig.lws
    ${CMAKE_CURRENT_LIST_DIR}/sdkconfig.board
)
include(${CMAKE_CURRENT_LIST_DIR}/../../ports/esp32/board.cmake)
