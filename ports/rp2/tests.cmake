# The firmware with the C tests: its own objects, and those of tests/unit.
include(${CMAKE_CURRENT_LIST_DIR}/../../tests/unit/micropython.cmake)
add_executable(firmware-tests EXCLUDE_FROM_ALL
    $<TARGET_OBJECTS:firmware> $<TARGET_OBJECTS:bs2_default_library>)
foreach(name COMPILE_DEFINITIONS COMPILE_OPTIONS LINK_OPTIONS)
    set_property(TARGET firmware-tests PROPERTY ${name} $<TARGET_PROPERTY:firmware,${name}>)
endforeach()
target_include_directories(firmware-tests SYSTEM PRIVATE
    $<TARGET_PROPERTY:firmware,INCLUDE_DIRECTORIES>)
target_link_libraries(firmware-tests lws_unit)
pico_add_bin_output(firmware-tests)
