# The C tests as a module of the firmware: whoever includes this links lws_unit. None of its files
# needs to be scanned for qstrs: see device/added.h.
# Everything is found by globs; what only a process of its own can run is in host/.
set(LWS_UNIT_DIR ${CMAKE_CURRENT_LIST_DIR})
file(GLOB LWS_UNIT_PROGRAMS CONFIGURE_DEPENDS ${LWS_UNIT_DIR}/test_*.c)
file(GLOB LWS_UNIT_SUPPORT CONFIGURE_DEPENDS
    ${LWS_UNIT_DIR}/support/*.c ${LWS_UNIT_DIR}/device/*.c)

# Every program brings a main(): in a firmware each has a name of its own, and a row in a table.
# A property of a source counts in the folder that compiles it: ESP-IDF does in both.
foreach(program IN LISTS LWS_UNIT_PROGRAMS)
    get_filename_component(suite ${program} NAME_WE)
    string(APPEND LWS_UNIT_TABLE "SUITE(${suite})\n")
    set_property(SOURCE ${program} DIRECTORY ${CMAKE_SOURCE_DIR} ${CMAKE_CURRENT_SOURCE_DIR}
        PROPERTY COMPILE_DEFINITIONS main=lws_unit_${suite})
endforeach()
file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/lws_unit/lws_unit_suites.h
    CONTENT "@LWS_UNIT_TABLE@" @ONLY)

add_library(lws_unit INTERFACE)
target_sources(lws_unit INTERFACE ${LWS_UNIT_PROGRAMS} ${LWS_UNIT_SUPPORT})
target_include_directories(lws_unit INTERFACE ${LWS_UNIT_DIR} ${CMAKE_BINARY_DIR}/lws_unit)
target_link_options(lws_unit INTERFACE -Wl,--wrap=mp_module_get_builtin)
