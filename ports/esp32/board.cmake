# What our ESP32 boards share. A board's mpconfigboard.cmake sets IDF_TARGET, LWS_PARTITIONS and
# SDKCONFIG_DEFAULTS (of these the last setting wins), then includes this file.
# LWS_PARTITIONS_TESTS is the table with the C tests (LWS_TESTS=1), where they need another.

if(LWS_TESTS AND LWS_PARTITIONS_TESTS)
    set(LWS_PARTITIONS ${LWS_PARTITIONS_TESTS})
endif()

# A path of MicroPython's own tables would be relative to its port; ESP-IDF takes absolute ones.
set(LWS_SDKCONFIG_TABLE ${CMAKE_BINARY_DIR}/sdkconfig.table)
file(WRITE ${LWS_SDKCONFIG_TABLE}
    "CONFIG_PARTITION_TABLE_CUSTOM_FILENAME=\"${CMAKE_CURRENT_LIST_DIR}/${LWS_PARTITIONS}\"\n")
list(APPEND SDKCONFIG_DEFAULTS ${LWS_SDKCONFIG_TABLE})

set(MICROPY_FROZEN_MANIFEST ${MICROPY_BOARD_DIR}/manifest.py)
# No manifest of ours needs micropython-lib, which is a submodule that not every checkout has.
get_filename_component(MICROPY_LIB_DIR ${CMAKE_CURRENT_LIST_DIR}/../mpylib ABSOLUTE)
list(APPEND MICROPY_SOURCE_BOARD ${CMAKE_CURRENT_LIST_DIR}/../gc/area.c)
