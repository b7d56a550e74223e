# User module for cmake-based ports (esp32, rp2): USER_C_MODULES=<path of this file>.
#
# LWS_ROOMS lists the folders of lws/ that a board wants, all of them where it says nothing: set it
# in the board's mpconfigboard.cmake. LWS_TESTS=1 adds the C unit suite.
set(LWS_DIR ${CMAKE_CURRENT_LIST_DIR})
if(NOT LWS_ROOMS)
    file(GLOB LWS_ROOMS RELATIVE ${LWS_DIR}/lws CONFIGURE_DEPENDS ${LWS_DIR}/lws/*)
endif()

# A room may have bindings that go with it: mod_lws/<room>/. The loop, and what lies beside it, is
# always there.
file(GLOB LWS_SOURCES CONFIGURE_DEPENDS ${LWS_DIR}/mod_lws/*.c ${LWS_DIR}/mod_lws/loop/*.c)
foreach(room IN LISTS LWS_ROOMS)
    if(NOT IS_DIRECTORY ${LWS_DIR}/lws/${room})
        message(FATAL_ERROR "LWS_ROOMS names ${room}, but cmodules/lws has no such folder")
    endif()
    file(GLOB found CONFIGURE_DEPENDS
        ${LWS_DIR}/lws/${room}/*.c
        ${LWS_DIR}/mod_lws/${room}/*.c)
    list(APPEND LWS_SOURCES ${found})
endforeach()

# Said here by name, it is clearer than what a linker would say.
foreach(source IN LISTS LWS_SOURCES)
    file(STRINGS ${source} lines REGEX "^#include \"lws/[a-z]+/")
    foreach(line IN LISTS lines)
        string(REGEX REPLACE "^#include \"lws/([a-z]+)/.*" "\\1" room "${line}")
        if(NOT room IN_LIST LWS_ROOMS)
            file(RELATIVE_PATH source ${LWS_DIR} ${source})
            message(FATAL_ERROR "cmodules/${source} needs the room ${room}: add it to LWS_ROOMS")
        endif()
    endforeach()
endforeach()

add_library(usermod_lws INTERFACE)
target_sources(usermod_lws INTERFACE ${LWS_SOURCES})
target_include_directories(usermod_lws INTERFACE ${LWS_DIR})
target_link_libraries(usermod INTERFACE usermod_lws)

# The copies that are linked are compiled with the program, to which ESP-IDF's flags do not reach
# (MicroPython 1.25): without these they would have no -Os and no ESP_PLATFORM.
if(COMMAND idf_build_get_property)
    idf_build_get_property(options COMPILE_OPTIONS GENERATOR_EXPRESSION)
    idf_build_get_property(c_options C_COMPILE_OPTIONS GENERATOR_EXPRESSION)
    idf_build_get_property(definitions COMPILE_DEFINITIONS)     # cmake takes their -D away
    target_compile_options(usermod_lws INTERFACE
        ${options} "$<$<COMPILE_LANGUAGE:C>:${c_options}>")
    target_compile_definitions(usermod_lws INTERFACE ${definitions})
endif()

if(LWS_TESTS)
    include(${LWS_DIR}/../tests/unit/micropython.cmake)
    target_link_libraries(usermod INTERFACE lws_unit)
endif()
