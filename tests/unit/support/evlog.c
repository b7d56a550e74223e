// Text that grows in the room of the test.
#include "support/evlog.h"

#include "support/room.h"
#include "unity.h"

#define FIRST_SIZE 256

static void evlog_bytes(evlog_t *log, const char *s, size_t n) {
    if (!log->text) {
        log->n = 0;         // what was there went with the test before
    }
    if (n > EVLOG_SIZE - 1 - log->n) {
        unity_fail(__LINE__, "the event log is full: EVLOG_SIZE");
    }
    if (!log->text || n >= log->cap - log->n) {
        size_t need = log->n + n + 1;
        room_grow(&log->text, &log->cap, need < FIRST_SIZE ? FIRST_SIZE : need);
    }
    memcpy(log->text + log->n, s, n);
    log->n += n;
    log->text[log->n] = 0;
}

void evlog_clear(evlog_t *log) {
    log->n = 0;
    evlog_bytes(log, "", 0);
}

void evlog_str(evlog_t *log, const char *s) {
    evlog_bytes(log, s, strlen(s));
}

void evlog_int(evlog_t *log, int64_t v) {
    char buf[21];
    char *p = buf + sizeof(buf);
    uint64_t u = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;

    do {
        *--p = (char)('0' + u % 10);
        u /= 10;
    } while (u);
    if (v < 0) {
        *--p = '-';
    }
    evlog_bytes(log, p, (size_t)(buf + sizeof(buf) - p));
}

void evlog_span(evlog_t *log, lws_span_t s) {
    static const char hex[] = "0123456789abcdef";

    size_t plain = 0;       // where the printable bytes that are still to be written begin
    for (size_t i = 0; i < s.n; i++) {
        uint8_t b = s.p[i];
        if (b < 0x20 || b > 0x7e) {
            char esc[4] = { '\\', 'x', hex[b >> 4], hex[b & 15] };
            evlog_bytes(log, (const char *)s.p + plain, i - plain);
            evlog_bytes(log, esc, 4);
            plain = i + 1;
        }
    }
    if (plain < s.n) {
        evlog_bytes(log, (const char *)s.p + plain, s.n - plain);
    }
}
