// A floating-point value taken apart: what the conversions of both formats have in common.
#ifndef LWS_RP2040_NUMBER_H
#define LWS_RP2040_NUMBER_H

#include <stdbool.h>
#include <stdint.h>

// (negative ? -1 : 1) * mantissa * 2^exponent
typedef struct {
    uint64_t mantissa;
    int exponent;
    bool negative;
    bool nan;
} number_t;

// Infinity and NaN have this exponent, and so saturate whatever they are converted to.
#define NUMBER_INFINITE 0x10000

// IEEE 754: sign, exponent, fraction; the fraction's leading 1 is not stored.
typedef struct {
    int fraction_bits;
    int exponent_bits;
} format_t;

static const format_t format_single = { 23, 8 };
static const format_t format_double = { 52, 11 };

number_t number_unpack(uint64_t bits, const format_t *format);

// Rounds to nearest, ties to even; denormals and overflow as IEEE 754 has them.
uint64_t number_pack(number_t n, const format_t *format);

// The root of a number, to more digits than either format has; the last one is a sticky bit.
number_t number_sqrt(number_t n);

// floor(n * 2^shift) in so many bits, saturated: the boot ROM's roundings, not C's.
int64_t number_to_signed(number_t n, int shift, int bits);
uint64_t number_to_unsigned(number_t n, int shift, int bits);

number_t number_from_signed(int64_t value, int shift);
number_t number_from_unsigned(uint64_t value, int shift);

#endif
