# User module for cmake-based ports (esp32, rp2): USER_C_MODULES=<path of this file>.
file(GLOB LWS_SOURCES CONFIGURE_DEPENDS
    ${CMAKE_CURRENT_LIST_DIR}/lws/*/*.c
    ${CMAKE_CURRENT_LIST_DIR}/mod_lws/*.c)

add_library(usermod_lws INTERFACE)
target_sources(usermod_lws INTERFACE ${LWS_SOURCES})
target_include_directories(usermod_lws INTERFACE ${CMAKE_CURRENT_LIST_DIR})
target_link_libraries(usermod INTERFACE usermod_lws)
