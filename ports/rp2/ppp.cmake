# For boards whose network is PPP: see ppp_guard.c.
list(APPEND MICROPY_SOURCE_BOARD ${CMAKE_CURRENT_LIST_DIR}/ppp_guard.c)
foreach(name pppos_create pppos_input ppp_connect ppp_close ppp_free)
    add_link_options(-Wl,--wrap=${name})
endforeach()
