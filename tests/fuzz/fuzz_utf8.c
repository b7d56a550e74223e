// UTF-8: the verdict, the byte it falls at, and any cut, against a reading that follows the code
// points a beginning can still become.
#include "lws/base/utf8.h"

#include <stdlib.h>

static void require(bool ok) {
    if (!ok) {
        abort();
    }
}

// Can n bytes of a character of len bytes become one? All code points from lowest to highest are
// still possible.
static bool possible(const uint8_t *p, size_t n, size_t len) {
    static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
    uint32_t v = len == 1 ? p[0] : p[0] & (0x7fu >> len);

    for (size_t i = 1; i < n; i++) {
        if ((p[i] & 0xc0) != 0x80) {
            return false;
        }
        v = v << 6 | (p[i] & 0x3f);
    }
    uint32_t lowest = v << 6 * (len - n);
    uint32_t highest = lowest | ((1u << 6 * (len - n)) - 1);
    lowest = lowest < least[len] ? least[len] : lowest;
    highest = highest > 0x10ffff ? 0x10ffff : highest;
    return lowest <= highest && !(lowest >= 0xd800 && highest <= 0xdfff);
}

// How many bytes are a beginning of valid text, and whether the text may end behind them.
static size_t good_bytes(const uint8_t *p, size_t n, bool *whole) {
    for (size_t at = 0; at < n;) {
        uint8_t b = p[at];
        size_t len = b < 0x80 ? 1 : (b & 0xe0) == 0xc0 ? 2 : (b & 0xf0) == 0xe0 ? 3
            : (b & 0xf8) == 0xf0 ? 4 : 0;
        *whole = false;
        if (!len) {
            return at;
        }
        for (size_t k = 1; k <= len; k++) {
            if (at + k > n) {
                return n;
            }
            if (!possible(p + at, k, len)) {
                return at + k - 1;
            }
        }
        at += len;
    }
    *whole = true;
    return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 1) {
        return 0;
    }
    uint8_t step = data[0];
    const uint8_t *p = data + 1;
    size_t n = size - 1;
    bool whole;
    size_t good = good_bytes(p, n, &whole);
    uint32_t state = 0;

    require((lws_utf8_rx(&state, p, n) == LWS_OK) == (good == n));
    require(lws_utf8_done(state) == whole);

    // In pieces, whose lengths follow from the first byte.
    uint32_t pieces = 0;
    for (size_t at = 0; at < n;) {
        size_t k = 1 + step % 37;
        step = (uint8_t)(step * 5 + 3);
        k = k < n - at ? k : n - at;
        require((lws_utf8_rx(&pieces, p + at, k) == LWS_OK) == (good >= at + k));
        at += k;
    }
    require(pieces == state);
    return 0;
}
