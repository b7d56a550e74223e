// Log lines without printf: a line is built piece by piece on the caller's stack and handed to a
// sink.
//
//     12.345678 W [wsi|4|GET|example.com] closed, code 1006 (+3 dropped)
//
// The levels are libwebsockets' bits, so the numbers its users know (7: errors, warnings, notices)
// mean the same. Costs when a level is off: one test; when it is compiled out: nothing.
#ifndef LWS_BASE_LOG_H
#define LWS_BASE_LOG_H

#include "lws/base/span.h"

enum {
    LWS_LOG_ERR = 1 << 0,       // E: something does not work
    LWS_LOG_WARN = 1 << 1,      // W: something will not work, or was refused
    LWS_LOG_NOTICE = 1 << 2,    // N: what an owner wants to know: started, lost, found again
    LWS_LOG_INFO = 1 << 3,      // I: what happens to connections
    LWS_LOG_DEBUG = 1 << 4,     // D: why
    LWS_LOG_PARSER = 1 << 5,    // P: steps of parsers
    LWS_LOG_HEADER = 1 << 6,    // H: headers sent and received
    LWS_LOG_EXT = 1 << 7,       // X: extensions
    LWS_LOG_CLIENT = 1 << 8,    // C: steps of client connections
    LWS_LOG_LATENCY = 1 << 9,   // L: what took long
    LWS_LOG_USER = 1 << 10,     // U: the application's
    LWS_LOG_THREAD = 1 << 11,   // T: tasks and threads
    LWS_LOG_ALL = (1 << 12) - 1,
};

// The levels that are in the firmware at all. A build for debugging defines this as LWS_LOG_ALL.
#ifndef LWS_LOG_COMPILED
#define LWS_LOG_COMPILED \
    (LWS_LOG_ERR | LWS_LOG_WARN | LWS_LOG_NOTICE | LWS_LOG_INFO | LWS_LOG_CLIENT | LWS_LOG_USER)
#endif

// Bytes in a line, the "..." of one that was cut included.
#ifndef LWS_LOG_LINE_MAX
#define LWS_LOG_LINE_MAX 160
#endif

typedef struct lws_log {
    uint32_t levels;            // those that go to the sink
    // A whole line without a newline; printable ASCII and what the caller gave as literal. It is
    // gone after the call.
    void (*sink)(void *user, uint32_t level, const char *line, size_t n);
    void *user;
} lws_log_t;

// What a line is about. Empty fields leave no trace: "[vh|default]".
typedef struct lws_log_tag {
    const char *kind;           // "wsi", "vh", "ss"
    uint32_t id;                // 0: none
    lws_span_t what;            // a method, a role
    lws_span_t name;            // a host, a stream type
} lws_log_tag_t;

// Keeps a call site or an object from flooding: all zero at the start, kept by the caller.
typedef struct lws_log_rate {
    uint64_t start_us;          // of this window
    uint16_t passed;            // lines in it
    uint16_t dropped;           // since the last line that passed
} lws_log_rate_t;

typedef struct lws_log_line {
    const lws_log_t *log;
    uint32_t level;
    lws_out_t out;
    char text[LWS_LOG_LINE_MAX];
} lws_log_line_t;

// Does a line of this level (a constant) go anywhere? log may be NULL.
#define LWS_LOG_ON(log, level) \
    (((level) & (LWS_LOG_COMPILED)) != 0 && (log) != NULL && ((log)->levels & (level)) != 0)

// One-piece lines. text is a literal; tag may be NULL.
#define LWS_LOG(log, level, now_us, tag, text) do { \
        if (LWS_LOG_ON(log, level)) { \
            lws_log_text((log), (level), (now_us), (tag), LWS_LIT(text)); \
        } \
} while (0)
// With a number behind the text.
#define LWS_LOG_INT(log, level, now_us, tag, text, v) do { \
        if (LWS_LOG_ON(log, level)) { \
            lws_log_text_int((log), (level), (now_us), (tag), LWS_LIT(text), (v)); \
        } \
} while (0)
// With bytes behind the text, escaped.
#define LWS_LOG_SPAN(log, level, now_us, tag, text, s) do { \
        if (LWS_LOG_ON(log, level)) { \
            lws_log_text_span((log), (level), (now_us), (tag), LWS_LIT(text), (s)); \
        } \
} while (0)

void lws_log_text(const lws_log_t *log, uint32_t level, uint64_t now_us,
    const lws_log_tag_t *tag, lws_span_t text);
void lws_log_text_int(const lws_log_t *log, uint32_t level, uint64_t now_us,
    const lws_log_tag_t *tag, lws_span_t text, int64_t v);
void lws_log_text_span(const lws_log_t *log, uint32_t level, uint64_t now_us,
    const lws_log_tag_t *tag, lws_span_t text, lws_span_t s);

// Lines of several pieces: if (LWS_LOG_ON(log, LEVEL)) { begin, pieces, end }.
void lws_log_begin(lws_log_line_t *l, const lws_log_t *log, uint32_t level, uint64_t now_us,
    const lws_log_tag_t *tag);
#define LWS_LOG_LIT(l, s) lws_log_put((l), LWS_LIT(s))
void lws_log_put(lws_log_line_t *l, lws_span_t s);          // as it is
void lws_log_int(lws_log_line_t *l, int64_t v);
void lws_log_seconds(lws_log_line_t *l, uint64_t us);       // "12.345678"
// What a peer sent: printable ASCII as it is, a backslash twice, the rest as \xNN.
void lws_log_span(lws_log_line_t *l, lws_span_t s);
void lws_log_hex(lws_log_line_t *l, lws_span_t s);          // "16 03 01"
// The life of an object: "++ [wsi|4|GET|host] (2)" with how many live now, and in the end
// "-- [wsi|4|GET|host] (1) 12.345678" with how long it lived.
void lws_log_born(lws_log_line_t *l, const lws_log_tag_t *tag, size_t alive);
void lws_log_gone(lws_log_line_t *l, const lws_log_tag_t *tag, size_t alive, uint64_t life_us);
void lws_log_end(lws_log_line_t *l);                        // to the sink

// May this line pass? At most burst lines in a window of window_us. Others are counted, and
// lws_log_dropped() of the next line that passes says how many: " (+3 dropped)", and forgets them.
bool lws_log_pass(lws_log_rate_t *r, uint64_t now_us, unsigned burst, uint64_t window_us);
void lws_log_dropped(lws_log_line_t *l, lws_log_rate_t *r);

#endif
