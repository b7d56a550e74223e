// Table "SD": double precision. libgcc does the arithmetic, number.c the conversions.
#include "number.h"
#include "rom.h"

double __aeabi_dadd(double a, double b);
double __aeabi_dsub(double a, double b);
double __aeabi_dmul(double a, double b);
double __aeabi_ddiv(double a, double b);
float __aeabi_d2f(double a);

typedef union {
    double value;
    uint64_t bits;
} double_bits_t;

typedef double real_t;

static number_t unpack(double value) {
    return number_unpack((double_bits_t) { .value = value }.bits, &format_double);
}

static double pack(number_t n) {
    return (double_bits_t) { .bits = number_pack(n, &format_double) }.value;
}

#include "convert.h"

const rom_floats_t rom_double =
    ROM_FLOATS(__aeabi_dadd, __aeabi_dsub, __aeabi_dmul, __aeabi_ddiv, __aeabi_d2f);
