// Dates: what is read as a date is one, and comes back the same when it is written.
#include <stdlib.h>

#include "lws/http/date.h"

static void check(bool ok) {
    if (!ok) {
        abort();
    }
}

static void write_and_read(int64_t t) {
    char text[LWS_DATE_LEN];
    lws_out_t o = lws_out(text, sizeof(text));
    int64_t back;

    lws_date_put(&o, t);
    check(lws_out_end(&o) == LWS_DATE_LEN);
    check(lws_date_parse(lws_span(text, sizeof(text)), &back) == LWS_OK);
    check(back == (t < 0 ? 0 : t > LWS_DATE_MAX ? LWS_DATE_MAX : t));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    int64_t t;
    int err = lws_date_parse(lws_span(data, size), &t);

    check(err == LWS_OK || err == LWS_ERR_PROTO);
    if (!err) {
        check(t >= 0 && t <= LWS_DATE_MAX + 1);
        write_and_read(t);
    }
    if (size >= sizeof(t)) {
        memcpy(&t, data, sizeof(t));
        write_and_read(t);
        write_and_read((int64_t)((uint64_t)t % (LWS_DATE_MAX + 1)));
    }
    return 0;
}
