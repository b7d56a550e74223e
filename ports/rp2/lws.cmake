# What every RP2 board of ours sets, included by its mpconfigboard.cmake.
set(MICROPY_PY_LWIP ON)
set(MBEDTLS_CONFIG_FILE ${CMAKE_CURRENT_LIST_DIR}/lws_mbedtls_config.h)
set(MICROPY_FROZEN_MANIFEST ${MICROPY_BOARD_DIR}/manifest.py)

list(APPEND MICROPY_DEF_BOARD LWS_ROMFS_KB=${LWS_ROMFS_KB})
# As in ports/unix/mpconfigvariant.h.
list(APPEND MICROPY_DEF_BOARD MICROPY_OPT_MAP_LOOKUP_CACHE_SIZE=512)

# Corrections of MicroPython's sockets, and 127.0.0.1.
list(APPEND MICROPY_SOURCE_BOARD
    ${CMAKE_CURRENT_LIST_DIR}/../lwip/sockets.c
    ${CMAKE_CURRENT_LIST_DIR}/loopback.c)
foreach(name tcp_err tcp_recv netif_loop_output)
    add_link_options(-Wl,--wrap=${name})
endforeach()

# Before MicroPython's own folder of that name: our lwipopts.h.
include_directories(BEFORE ${CMAKE_CURRENT_LIST_DIR}/lwip_inc)

# Once MicroPython's own target is there: what is deferred is expanded then, too.
set(LWS_TESTS_CMAKE ${CMAKE_CURRENT_LIST_DIR}/tests.cmake)
cmake_language(DEFER CALL include ${LWS_TESTS_CMAKE})
