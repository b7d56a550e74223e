// split.h: every run copies its pieces to the end of one arena that is followed by an unreadable
// page, and ruins the piece after the feed, so that over-reads crash and a parser that keeps a
// pointer into a past piece logs something else.
#include "support/split.h"

#include "support/effort.h"
#include "support/guard.h"
#include "unity.h"

#define RUINED 0xdd
#define SHOWN_BEFORE 60
#define SHOWN_AFTER 40

static evlog_t whole_log, split_log_now;

// --- the runs

// How many there are.
typedef struct effort {
    size_t random_runs;
    size_t two_cut_bytes;   // with more work than this the middle is not cut everywhere
    size_t edge;            // the ends always are
    size_t pieces;          // at most so many when it is cut into bytes, or a few more
} effort_t;

static const effort_t everywhere = { 64, 64u << 20, 512, SIZE_MAX };
static const effort_t sample = { 8, 1u << 13, 12, 256 };

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
    size_t grain;           // 1: pieces have any length, else a multiple of this
    size_t most;            // grains in the longest piece of a random run
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
        k = r->grain;
    } else if (r->kind == TWO && at < r->arg) {
        k = r->arg - at;
    } else if (r->kind == RANDOM) {
        k = r->grain * (1 + next_random(&r->rng) % r->most);
    }
    return k < left ? k : left;
}

static void run_once(run_t *r, evlog_t *log) {
    evlog_clear(log);
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

static bool all_runs(run_t *r, const effort_t *e) {
    if (!same_as_whole(r, WHOLE, 0) || !same_as_whole(r, BYTES, 0)) {
        return false;
    }
    size_t step = 1 + (size_t)((uint64_t)r->n * r->n / e->two_cut_bytes);
    for (size_t cut = 1; cut < r->n;) {
        if (!same_as_whole(r, TWO, cut)) {
            return false;
        }
        size_t left = r->n - cut;
        bool at_an_end = cut < e->edge || left <= e->edge;
        cut += at_an_end ? 1 : left - e->edge < step ? left - e->edge : step;
    }
    for (size_t seed = 0; seed < e->random_runs; seed++) {
        if (!same_as_whole(r, RANDOM, seed)) {
            return false;
        }
    }
    return true;
}

void split_check(const split_case_t *c, const void *input, size_t n, int line) {
    static uint8_t *arena;      // still there when a parser's check left the last call
    static size_t arena_n;
    if (arena) {
        guard_free(arena, arena_n);
    }
    arena = guard_alloc(n);
    arena_n = n;
    const effort_t *e = unity_exhaustive ? &everywhere : &sample;
    run_t r = { .c = c, .input = input, .n = n, .arena = arena, .kind = WHOLE };
    r.grain = 1 + n / e->pieces;
    run_once(&r, &whole_log);
    bool same = all_runs(&r, e);
    arena = NULL;
    guard_free(r.arena, n);
    if (!same) {
        unity_fail(line, "split input gives other events (above)");
    }
}

const char *split_log(void) {
    return whole_log.text;
}
