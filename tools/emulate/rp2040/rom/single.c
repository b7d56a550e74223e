// Table "SF": single precision. libgcc does the arithmetic, number.c the conversions.
#include "number.h"
#include "rom.h"

float __aeabi_fadd(float a, float b);
float __aeabi_fsub(float a, float b);
float __aeabi_fmul(float a, float b);
float __aeabi_fdiv(float a, float b);
double __aeabi_f2d(float a);

typedef union {
    float value;
    uint32_t bits;
} single_bits_t;

typedef float real_t;

static number_t unpack(float value) {
    return number_unpack((single_bits_t) { .value = value }.bits, &format_single);
}

static float pack(number_t n) {
    return (single_bits_t) { .bits = number_pack(n, &format_single) }.value;
}

#include "convert.h"

const rom_floats_t rom_single =
    ROM_FLOATS(__aeabi_fadd, __aeabi_fsub, __aeabi_fmul, __aeabi_fdiv, __aeabi_f2d);
