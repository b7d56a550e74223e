// HTTP dates (RFC 9110 section 5.6.7) and unix seconds, without libc's time.
//     IMF-fixdate   Sun, 06 Nov 1994 08:49:37 GMT      the one that is written
//     RFC 850       Sunday, 06-Nov-94 08:49:37 GMT     read
//     asctime       Sun Nov  6 08:49:37 1994           read
#ifndef LWS_HTTP_DATE_H
#define LWS_HTTP_DATE_H

#include "lws/base/span.h"

#define LWS_DATE_LEN 29                     // bytes of an IMF-fixdate
#define LWS_DATE_MAX INT64_C(253402300799)  // 31 Dec 9999 23:59:59, the last one with four digits

// Writes an IMF-fixdate. Outside 0 to LWS_DATE_MAX: the nearest of the two.
void lws_date_put(lws_out_t *o, int64_t t);

// Reads any of the three forms, years 1970 to 9999. LWS_OK, or LWS_ERR_PROTO when it is none (the
// field is then to be ignored). The name of the day is not compared with the date. A leap second
// (:60) counts as the next second. A two-digit year is 1970 to 2069: the 50-year rule would need a
// clock, and a device's clock may not be set yet.
int lws_date_parse(lws_span_t s, int64_t *t);

#endif
