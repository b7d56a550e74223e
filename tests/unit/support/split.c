// split.h: every run copies its pieces to the end of one arena that is followed by an unreadable
// page, and ruins the piece after the feed, so that over-reads crash and a parser that keeps a
// pointer into a past piece logs something else.
#ifndef _DEFAULT_SOURCE
#define _DEFAULT_SOURCE     // MAP_ANONYMOUS
#endif
#include "support/split.h"

#include <stdlib.h>

#include "unity.h"

#if defined(__unix__) || defined(__APPLE__)
#include <sys/mman.h>
#include <unistd.h>
#define GUARDED 1
#else
#define GUARDED 0
#endif

#define RANDOM_RUNS 64
#define TWO_CUT_BYTES (64u << 20)   // with more work than this the middle is not cut everywhere
#define EDGE 512                    // the ends always are
#define RUINED 0xdd
#define SHOWN_BEFORE 60
#define SHOWN_AFTER 40

static evlog_t whole_log, split_log_now;

// --- the event log

static void evlog_bytes(evlog_t *log, const char *s, size_t n) {
    if (n > EVLOG_SIZE - 1 - log->n) {
        unity_fail(__LINE__, "the event log is full: EVLOG_SIZE");
    }
    memcpy(log->text + log->n, s, n);
    log->n += n;
    log->text[log->n] = 0;
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

    for (size_t i = 0; i < s.n; i++) {
        uint8_t b = s.p[i];
        if (b >= 0x20 && b <= 0x7e) {
            evlog_bytes(log, (const char *)&b, 1);
        } else {
            char esc[4] = { '\\', 'x', hex[b >> 4], hex[b & 15] };
            evlog_bytes(log, esc, 4);
        }
    }
}

// --- memory that ends at an unreadable page

#if GUARDED
static size_t pages(size_t n) {
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    return (n + page - 1) / page * page;
}

static uint8_t *guard_alloc(size_t n) {
    size_t body = pages(n);
    uint8_t *base = mmap(NULL, body + pages(1), PROT_READ | PROT_WRITE,
        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (base == MAP_FAILED || mprotect(base + body, pages(1), PROT_NONE) != 0) {
        unity_fail(__LINE__, "no guard page");
    }
    return base + body - n;
}

void guard_free(uint8_t *p, size_t n) {
    munmap(p + n - pages(n), pages(n) + pages(1));
}
#else
static uint8_t *guard_alloc(size_t n) {
    uint8_t *p = malloc(n ? n : 1);
    unity_check(p != NULL, __LINE__, "no memory for a copy");
    return p;
}

void guard_free(uint8_t *p, size_t n) {
    (void)n;
    free(p);
}
#endif

uint8_t *guard_copy(const void *p, size_t n) {
    uint8_t *q = guard_alloc(n);
    if (n) {
        memcpy(q, p, n);
    }
    return q;
}

// --- the runs

typedef enum cut_kind {
    WHOLE,
    BYTES,
    TWO,        // at arg
    RANDOM,     // with seed arg
} cut_kind_t;

typedef struct run {
    const split_case_t *c;
    const uint8_t *input;
    size_t n;
    uint8_t *arena;         // n bytes before the unreadable page
    cut_kind_t kind;
    size_t arg;
    uint32_t rng;
    size_t most;            // the longest piece of a random run
} run_t;

static uint32_t next_random(uint32_t *x) {
    *x ^= *x << 13;
    *x ^= *x >> 17;
    *x ^= *x << 5;
    return *x;
}

static void start_cuts(run_t *r) {
    static const size_t most[] = { 2, 3, 5, 16, 64, 1500 };

    r->rng = 0x9e3779b9u * (uint32_t)(r->arg + 1) | 1;
    size_t k = r->arg % (sizeof(most) / sizeof(most[0]) + 1);
    r->most = k < sizeof(most) / sizeof(most[0]) ? most[k] : r->n;
}

// The length of the piece that starts at a place before the end; the same sequence each time after
// start_cuts.
static size_t next_piece(run_t *r, size_t at) {
    size_t left = r->n - at;
    size_t k = left;

    if (r->kind == BYTES) {
        k = 1;
    } else if (r->kind == TWO && at < r->arg) {
        k = r->arg - at;
    } else if (r->kind == RANDOM) {
        k = 1 + next_random(&r->rng) % r->most;
    }
    return k < left ? k : left;
}

static void run_once(run_t *r, evlog_t *log) {
    log->n = 0;
    log->text[0] = 0;
    start_cuts(r);
    r->c->open(r->c->user);
    for (size_t at = 0; at < r->n;) {
        size_t k = next_piece(r, at);
        uint8_t *p = r->arena + r->n - k;
        memcpy(p, r->input + at, k);
        r->c->feed(r->c->user, p, k, log);
        memset(p, RUINED, k);
        at += k;
    }
    r->c->close(r->c->user, log);
}

// --- what a difference looks like

static void note_log(const char *name, const evlog_t *log, size_t at) {
    size_t from = at > SHOWN_BEFORE ? at - SHOWN_BEFORE : 0;
    char text[SHOWN_BEFORE + SHOWN_AFTER + 1];
    size_t n = 0;

    for (size_t i = from; i < log->n && n < sizeof(text) - 1; i++) {
        text[n++] = log->text[i] == '\n' ? '|' : log->text[i];
    }
    text[n] = 0;
    unity_note(name);
    unity_note(from ? "..." : "");
    unity_note(text);
    unity_note(from + n < log->n ? "...\n" : "<end>\n");
}

static void note_cuts(run_t *r) {
    unity_note("  cut: ");
    switch (r->kind) {
        case WHOLE:
            unity_note("not at all, fed whole a second time");
            break;
        case BYTES:
            unity_note("byte by byte");
            break;
        case TWO:
            unity_note("in two at ");
            unity_note_int((int64_t)r->arg);
            break;
        case RANDOM:
            unity_note("at random, seed ");
            unity_note_int((int64_t)r->arg);
            unity_note(", at");
            start_cuts(r);
            for (size_t at = next_piece(r, 0); at < r->n; at += next_piece(r, at)) {
                unity_note(" ");
                unity_note_int((int64_t)at);
            }
            break;
    }
    unity_note(" of ");
    unity_note_int((int64_t)r->n);
    unity_note(" bytes\n");
}

static bool same_as_whole(run_t *r, cut_kind_t kind, size_t arg) {
    evlog_t *log = &split_log_now;

    r->kind = kind;
    r->arg = arg;
    run_once(r, log);
    if (log->n == whole_log.n && memcmp(log->text, whole_log.text, log->n) == 0) {
        return true;
    }
    size_t at = 0;
    while (at < log->n && at < whole_log.n && log->text[at] == whole_log.text[at]) {
        at++;
    }
    note_cuts(r);
    unity_note("  logs differ at ");
    unity_note_int((int64_t)at);
    unity_note("; newlines shown as |\n");
    note_log("  whole: ", &whole_log, at);
    note_log("  split: ", log, at);
    return false;
}

static bool all_runs(run_t *r) {
    if (!same_as_whole(r, WHOLE, 0) || !same_as_whole(r, BYTES, 0)) {
        return false;
    }
    size_t step = 1 + (size_t)((uint64_t)r->n * r->n / TWO_CUT_BYTES);
    for (size_t cut = 1; cut < r->n;) {
        if (!same_as_whole(r, TWO, cut)) {
            return false;
        }
        cut += cut < EDGE || r->n - cut <= EDGE + step ? 1 : step;
    }
    for (size_t seed = 0; seed < RANDOM_RUNS; seed++) {
        if (!same_as_whole(r, RANDOM, seed)) {
            return false;
        }
    }
    return true;
}

void split_check(const split_case_t *c, const void *input, size_t n, int line) {
    run_t r = { .c = c, .input = input, .n = n, .arena = guard_alloc(n) };

    r.kind = WHOLE;
    run_once(&r, &whole_log);
    bool same = all_runs(&r);
    guard_free(r.arena, n);
    if (!same) {
        unity_fail(line, "split input gives other events (above)");
    }
}

const char *split_log(void) {
    return whole_log.text;
}
