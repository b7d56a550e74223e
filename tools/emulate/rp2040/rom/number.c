#include "number.h"

number_t number_unpack(uint64_t bits, const format_t *format) {
    int top = (1 << format->exponent_bits) - 1;
    int exponent = bits >> format->fraction_bits & top;
    uint64_t fraction = bits & (((uint64_t)1 << format->fraction_bits) - 1);
    number_t n = {
        .negative = bits >> (format->fraction_bits + format->exponent_bits) & 1,
    };
    if (exponent == top) {
        n.nan = fraction != 0;
        n.mantissa = 1;
        n.exponent = NUMBER_INFINITE;
        return n;
    }
    n.mantissa = exponent ? fraction | (uint64_t)1 << format->fraction_bits : fraction;
    n.exponent = (exponent ? exponent : 1) - (top >> 1) - format->fraction_bits;
    return n;
}

static uint64_t shift_right_sticky(uint64_t v, int count) {
    if (count > 63) {
        return v != 0;
    }
    return v >> count | ((v & (((uint64_t)1 << count) - 1)) != 0);
}

uint64_t number_pack(number_t n, const format_t *format) {
    uint64_t sign = (uint64_t)n.negative << (format->fraction_bits + format->exponent_bits);
    int top = (1 << format->exponent_bits) - 1;
    uint64_t infinity = (uint64_t)top << format->fraction_bits;
    if (n.nan) {
        return infinity | (uint64_t)1 << (format->fraction_bits - 1);
    }
    if (!n.mantissa) {
        return sign;
    }
    // Two bits more than the fraction has: a rounding bit and a sticky one below it.
    int width = format->fraction_bits + 3;
    int lead = 63 - __builtin_clzll(n.mantissa);
    int drop = lead + 1 - width;
    int exponent = n.exponent + lead + (top >> 1);
    if (exponent <= 0) {
        drop += 1 - exponent;
        exponent = 0;
    }
    if (exponent >= top) {
        return sign | infinity;
    }
    uint64_t m = drop > 0 ? shift_right_sticky(n.mantissa, drop) : n.mantissa << -drop;
    uint64_t kept = m >> 2;
    kept += (m & 3) > 2 || ((m & 3) == 2 && kept & 1);
    // A carry out of the fraction counts the exponent up, to infinity too. The leading 1 of a
    // normal number does the same once, so it is taken off here.
    uint64_t packed = exponent ? (uint64_t)(exponent - 1) << format->fraction_bits : 0;
    return sign | (packed + kept);
}

number_t number_sqrt(number_t n) {
    if (n.nan || n.exponent == NUMBER_INFINITE || !n.mantissa) {
        n.nan = n.nan || (n.negative && n.mantissa);
        return n;
    }
    if (n.negative) {
        n.nan = true;
        return n;
    }
    // 2 * 28 bits of mantissa, most significant pair first, then pairs of zeros.
    int up = (__builtin_clzll(n.mantissa) - 8) & ~1;
    n.mantissa <<= up;
    n.exponent -= up;
    if (n.exponent & 1) {
        n.mantissa <<= 1;
        n.exponent--;
    }
    uint64_t rest = 0;
    uint64_t root = 0;
    int pairs = 58;
    for (int i = 0; i < pairs; i++) {
        int at = 56 - 2 * i;
        rest = rest << 2 | (at >= 0 ? n.mantissa >> at & 3 : 0);
        uint64_t trial = root << 2 | 1;
        root <<= 1;
        if (rest >= trial) {
            rest -= trial;
            root |= 1;
        }
    }
    n.mantissa = root << 1 | (rest != 0);
    n.exponent = n.exponent / 2 - (pairs - 29) - 1;
    return n;
}

// The magnitude of floor(n * 2^shift), at most limit.
static uint64_t magnitude(number_t n, int shift, uint64_t limit) {
    if (!n.mantissa) {
        return 0;
    }
    // Nothing that fits 64 bits is shifted further than this.
    shift = shift > 2048 ? 2048 : shift < -2048 ? -2048 : shift;
    int exponent = n.exponent + shift;
    if (exponent > 0) {
        bool fits = exponent < 64 && n.mantissa <= limit >> exponent;
        return fits ? n.mantissa << exponent : limit;
    }
    uint64_t whole = exponent > -64 ? n.mantissa >> -exponent : 0;
    uint64_t fraction = exponent > -64 ? n.mantissa & (((uint64_t)1 << -exponent) - 1) : 1;
    if (n.negative && fraction) {
        whole++;
    }
    return whole < limit ? whole : limit;
}

int64_t number_to_signed(number_t n, int shift, int bits) {
    uint64_t limit = (uint64_t)1 << (bits - 1);
    if (n.negative) {
        return -magnitude(n, shift, limit);
    }
    return magnitude(n, shift, limit - 1);
}

uint64_t number_to_unsigned(number_t n, int shift, int bits) {
    return n.negative ? 0 : magnitude(n, shift, ~(uint64_t)0 >> (64 - bits));
}

number_t number_from_signed(int64_t value, int shift) {
    number_t n = number_from_unsigned(value < 0 ? -(uint64_t)value : (uint64_t)value, shift);
    n.negative = value < 0;
    return n;
}

number_t number_from_unsigned(uint64_t value, int shift) {
    return (number_t) { .mantissa = value, .exponent = -shift };
}
