#include "lws/http/date.h"

// Days from 1 March of the year 0 to 1 January 1970. Years that begin in March have their leap day
// at the end, which makes months and leap years plain arithmetic.
#define EPOCH_DAYS 719468

static const char day_names[] = "SunMonTueWedThuFriSat";
static const char month_names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

static void put_two(uint8_t *p, uint32_t v) {
    p[0] = (uint8_t)('0' + v / 10);
    p[1] = (uint8_t)('0' + v % 10);
}

// Day, month and year into "06 Nov 1994". Counted in quarters of a day a year of 365.25 days
// is a whole number.
static void put_day(uint8_t *p, uint32_t days) {
    uint32_t quarters = 4 * (days + EPOCH_DAYS) + 3;
    uint32_t century = quarters / 146097;
    uint32_t in_century = quarters % 146097 | 3;
    uint32_t year = 100 * century + in_century / 1461;
    uint32_t fifths = 5 * (in_century % 1461 / 4) + 2;
    uint32_t month = fifths / 153;      // 0: March

    if (month >= 10) {
        year++;
        month -= 12;
    }
    put_two(p, fifths % 153 / 5 + 1);
    memcpy(p + 3, month_names + 3 * (month + 2), 3);
    put_two(p + 7, year / 100);
    put_two(p + 9, year % 100);
}

void lws_date_put(lws_out_t *o, int64_t t) {
    uint8_t text[LWS_DATE_LEN];

    t = t < 0 ? 0 : t > LWS_DATE_MAX ? LWS_DATE_MAX : t;
    // A day is 675 * 128 seconds: no 64-bit division, which is a library call on small machines.
    uint32_t in_128s = (uint32_t)(t >> 7);
    uint32_t days = in_128s / 675;
    uint32_t seconds = in_128s % 675 * 128 + ((uint32_t)t & 127);

    memcpy(text, "Sun, 06 Nov 1994 08:49:37 GMT", LWS_DATE_LEN);
    memcpy(text, day_names + 3 * ((days + 4) % 7), 3);
    put_day(text + 5, days);
    put_two(text + 17, seconds / 3600);
    put_two(text + 20, seconds / 60 % 60);
    put_two(text + 23, seconds % 60);
    lws_out_put(o, text, sizeof(text));
}

// Has s the form of the pattern? 'a' is a letter, '0' a digit, '_' a digit or a space, the rest
// stands for itself.
static bool has_form(lws_span_t s, const char *pattern) {
    if (s.n != strlen(pattern)) {
        return false;
    }
    for (size_t i = 0; i < s.n; i++) {
        uint8_t c = s.p[i];
        bool digit = c >= '0' && c <= '9';
        switch (pattern[i]) {
            case 'a':
                if ((c | 0x20) < 'a' || (c | 0x20) > 'z') {
                    return false;
                }
                break;
            case '_':
                digit = digit || c == ' ';
            // fall through
            case '0':
                if (!digit) {
                    return false;
                }
                break;
            default:
                if (c != (uint8_t)pattern[i]) {
                    return false;
                }
        }
    }
    return true;
}

// Which three letters of names, or -1.
static int index_of(const char *names, const uint8_t *p) {
    for (int i = 0; names[3 * i]; i++) {
        if (memcmp(names + 3 * i, p, 3) == 0) {
            return i;
        }
    }
    return -1;
}

// Two digits, the first may be a space.
static uint32_t two(const uint8_t *p) {
    return (p[0] & 15u) * 10 + (p[1] & 15u);
}

static bool is_leap(uint32_t year) {
    return year % 4 == 0 && (year % 100 || year % 400 == 0);
}

// day_at, month_at and time_at are where these stand, in text whose form was checked.
static int from_parts(uint32_t year, const uint8_t *day_at, const uint8_t *month_at,
    const uint8_t *time_at, int64_t *t) {
    static const uint8_t month_days[] = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    uint32_t day = two(day_at);
    uint32_t hour = two(time_at), minute = two(time_at + 3), second = two(time_at + 6);
    int month = index_of(month_names, month_at);

    if (month < 0 || year < 1970 || day < 1 || day > month_days[month]
        || (month == 1 && day == 29 && !is_leap(year))
        || hour > 23 || minute > 59 || second > 60) {
        return LWS_ERR_PROTO;
    }
    uint32_t from_march = (uint32_t)(month + 10) % 12;
    year -= from_march >= 10;
    uint32_t days = 365 * year + year / 4 - year / 100 + year / 400 + (153 * from_march + 2) / 5
        + day - 1 - EPOCH_DAYS;
    *t = (int64_t)days * 86400 + (hour * 3600 + minute * 60 + second);
    return LWS_OK;
}

int lws_date_parse(lws_span_t s, int64_t *t) {
    const uint8_t *p = s.p;

    if (s.n < 24 || index_of(day_names, p) < 0) {
        return LWS_ERR_PROTO;
    }
    if (has_form(s, "aaa, 00 aaa 0000 00:00:00 GMT")) {
        return from_parts(two(p + 12) * 100 + two(p + 14), p + 5, p + 8, p + 17, t);
    }
    if (has_form(s, "aaa aaa _0 00:00:00 0000")) {
        return from_parts(two(p + 20) * 100 + two(p + 22), p + 8, p + 4, p + 11, t);
    }
    const uint8_t *comma = memchr(p, ',', 10);
    if (!comma) {
        return LWS_ERR_PROTO;
    }
    lws_span_t rest = lws_span(comma, s.n - (size_t)(comma - p));
    if (!has_form(rest, ", 00-aaa-00 00:00:00 GMT")) {
        return LWS_ERR_PROTO;
    }
    uint32_t year = two(comma + 9);
    return from_parts(year + (year < 70 ? 2000 : 1900), comma + 2, comma + 5, comma + 12, t);
}
