// Range: 8 bytes of size, then the value of the field. Ranges lie inside the size, no two overlap
// or touch, and what is written has the length that was said.
#include <stdlib.h>

#include "lws/http/range.h"

static void check(bool ok) {
    if (!ok) {
        abort();
    }
}

static void check_ranges(const lws_range_t *r, uint8_t count, uint64_t size) {
    for (uint8_t i = 0; i < count; i++) {
        check(r[i].first <= r[i].last && r[i].last < size);
        for (uint8_t j = 0; j < i; j++) {
            check(r[i].first > r[j].last + 1 || r[j].first > r[i].last + 1);
        }
    }
}

static void check_length(const lws_range_t *r, uint8_t count, uint64_t size, uint64_t nonce) {
    char text[4096];
    lws_out_t o = lws_out(text, sizeof(text));
    uint64_t bytes = 0;

    for (uint8_t i = 0; i < count; i++) {
        lws_range_put_part(&o, &r[i], size, LWS_LIT("text/plain"), nonce, i == 0);
        bytes += r[i].last - r[i].first + 1;
    }
    lws_range_put_close(&o, nonce);
    check(!o.full && bytes <= size);
    check(lws_range_multipart_len(r, count, size, LWS_LIT("text/plain")) == o.len + bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    lws_range_t r[LWS_RANGE_MAX];
    uint8_t count;
    uint64_t file;

    if (size < sizeof(file)) {
        return 0;
    }
    memcpy(&file, data, sizeof(file));
    lws_span_t value = lws_span(data + sizeof(file), size - sizeof(file));
    for (int shift = 0; shift < 64; shift += 21) {      // big and small files
        unsigned status = lws_range_parse(value, file >> shift, r, &count);
        check(status == 200 || status == 206 || status == 416);
        check((status == 206) == (count > 0) && count <= LWS_RANGE_MAX);
        check_ranges(r, count, file >> shift);
        check_length(r, count, file >> shift, file);
    }
    return 0;
}
