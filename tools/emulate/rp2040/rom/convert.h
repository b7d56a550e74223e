// The functions that both tables have, for a real_t that unpack() and pack() are written for.
// single.c and double.c include this after defining those.
#ifndef LWS_RP2040_CONVERT_H
#define LWS_RP2040_CONVERT_H

static int compare(real_t a, real_t b) {
    return a < b ? -1 : a > b;
}

static real_t square_root(real_t a) {
    return pack(number_sqrt(unpack(a)));
}

static int32_t to_fix(real_t a, int shift) {
    return number_to_signed(unpack(a), shift, 32);
}

static int32_t to_int(real_t a) {
    return to_fix(a, 0);
}

static uint32_t to_ufix(real_t a, int shift) {
    return number_to_unsigned(unpack(a), shift, 32);
}

static uint32_t to_uint(real_t a) {
    return to_ufix(a, 0);
}

static int64_t to_fix64(real_t a, int shift) {
    return number_to_signed(unpack(a), shift, 64);
}

static int64_t to_int64(real_t a) {
    return to_fix64(a, 0);
}

static uint64_t to_ufix64(real_t a, int shift) {
    return number_to_unsigned(unpack(a), shift, 64);
}

static uint64_t to_uint64(real_t a) {
    return to_ufix64(a, 0);
}

static real_t from_fix64(int64_t v, int shift) {
    return pack(number_from_signed(v, shift));
}

static real_t from_int64(int64_t v) {
    return from_fix64(v, 0);
}

static real_t from_ufix64(uint64_t v, int shift) {
    return pack(number_from_unsigned(v, shift));
}

static real_t from_uint64(uint64_t v) {
    return from_ufix64(v, 0);
}

static real_t from_fix(int32_t v, int shift) {
    return from_fix64(v, shift);
}

static real_t from_int(int32_t v) {
    return from_fix64(v, 0);
}

static real_t from_ufix(uint32_t v, int shift) {
    return from_ufix64(v, shift);
}

static real_t from_uint(uint32_t v) {
    return from_ufix64(v, 0);
}

// MicroPython's firmware brings its own sin, exp and the like, and asks for no comparison by
// flags: there is nothing behind these doors.
#define ROM_FLOATS(add, subtract, multiply, divide, to_other) { \
        .count = ROM_FLOAT_COUNT, \
        .implemented = ROM_FLOAT_COUNT, \
        .functions = { \
            [0] = add, subtract, multiply, divide, \
            [4] = compare, rom_trap, square_root, \
            [7] = to_int, to_fix, to_uint, to_ufix, \
            [11] = from_int, from_fix, from_uint, from_ufix, \
            [15] = rom_trap, rom_trap, rom_trap, rom_trap, rom_trap, rom_trap, \
            [21] = compare, rom_trap, \
            [23] = from_int64, from_fix64, from_uint64, from_ufix64, \
            [27] = to_int64, to_fix64, to_uint64, to_ufix64, \
            [31] = to_other, \
        }, \
}

#endif
