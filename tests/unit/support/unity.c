// The runner of unity.h: setjmp leaves a failed test, everything is said through unity_putchar,
// one whole line at a time.
#include "unity.h"

#include <setjmp.h>

#define WHY_SIZE 512
#define SHOWN 48            // bytes of a text or memory that a failure shows
#define MAX_EXIT 255        // an exit code of 256 would read as 0

typedef struct runner {
    const char *file;
    const char *name;
    int tests, failures;
    int fail_line;
    bool quiet;             // inside unity_try
    jmp_buf *leave;         // where a failing check goes; NULL outside a test
    void (*after)(void);    // once, when this test is over
    char why[WHY_SIZE];
    size_t n;
} runner_t;

static runner_t runner;

typedef struct bytes {
    const uint8_t *p;
    size_t n;
} bytes_t;

#if defined(__unix__) || defined(__APPLE__)
#include <unistd.h>

// A line is written in one piece, so that parallel tests on one terminal do not mix. Ports without
// write() define their own.
__attribute__((weak)) void unity_putchar(char c) {
    static char line[1024];
    static size_t n;

    line[n++] = c;
    if (c == '\n' || n == sizeof(line)) {
        for (size_t done = 0; done < n;) {
            ssize_t k = write(1, line + done, n - done);
            if (k <= 0) {
                break;
            }
            done += (size_t)k;
        }
        n = 0;
    }
}
#endif

static void print(const char *s) {
    while (*s) {
        unity_putchar(*s++);
    }
}

// Decimal digits of v into a buffer of 21; where they start.
static const char *decimal(char buf[22], int64_t v) {
    uint64_t u = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
    char *p = buf + 21;

    *p = 0;
    do {
        *--p = (char)('0' + u % 10);
        u /= 10;
    } while (u);
    if (v < 0) {
        *--p = '-';
    }
    return p;
}

static void print_int(int64_t v) {
    char buf[22];
    print(decimal(buf, v));
}

static void why_start(void) {
    runner.n = 0;
    runner.why[0] = 0;
}

static void why_char(char c) {
    if (runner.n < WHY_SIZE - 1) {
        runner.why[runner.n++] = c;
        runner.why[runner.n] = 0;
    }
}

static void why_str(const char *s) {
    while (*s) {
        why_char(*s++);
    }
}

static void why_int(int64_t v) {
    char buf[22];
    why_str(decimal(buf, v));
}

static void why_hex(uint8_t b) {
    static const char hex[] = "0123456789abcdef";
    why_char(hex[b >> 4]);
    why_char(hex[b & 15]);
}

// Part of a text around byte at, quoted and on one line.
static void why_text(const uint8_t *p, size_t n, size_t at) {
    size_t from = at > SHOWN / 2 ? at - SHOWN / 2 : 0;
    size_t to = n - from > SHOWN ? from + SHOWN : n;

    why_str(from ? "...\"" : "\"");
    for (size_t i = from; i < to; i++) {
        if (p[i] == '\n') {
            why_str("\\n");
        } else if (p[i] == '\r') {
            why_str("\\r");
        } else if (p[i] < 0x20 || p[i] > 0x7e) {
            why_str("\\x");
            why_hex(p[i]);
        } else {
            why_char((char)p[i]);
        }
    }
    why_str(to < n ? "\"..." : "\"");
}

__attribute__((noreturn)) static void leave(int line) {
    runner.fail_line = line;
    if (!runner.leave) {
        // A check outside a test, in main(): there is nowhere to go back to.
        print("check outside a test: ");
        print(runner.why);
        print("\n");
        __builtin_trap();
    }
    longjmp(*runner.leave, 1);
}

void unity_after_test(void (*f)(void)) {
    runner.after = f;
}

static void end_test(void) {
    void (*after)(void) = runner.after;

    runner.leave = NULL;
    runner.after = NULL;
    if (after) {
        after();
    }
}

void unity_begin(const char *file) {
    end_test();         // of a run that never came to its end
    memset(&runner, 0, sizeof(runner));
    runner.file = file;
}

int unity_end(void) {
    print("\n-----------------------\n");
    print_int(runner.tests);
    print(" Tests ");
    print_int(runner.failures);
    print(" Failures 0 Ignored \n");
    print(runner.failures ? "FAIL\n" : "OK\n");
    return runner.failures > MAX_EXIT ? MAX_EXIT : runner.failures;
}

// True when it came to its end. setjmp stands alone here: no local of this frame changes after it.
static bool came_through(void (*test)(void), jmp_buf *back) {
    if (setjmp(*back)) {
        return false;
    }
    runner.leave = back;
    test();
    return true;
}

void unity_run(void (*test)(void), const char *name, int line) {
    jmp_buf back;

    runner.name = name;
    runner.tests++;
    why_start();
    bool passed = came_through(test, &back);
    end_test();

    print(runner.file);
    print(":");
    print_int(passed ? line : runner.fail_line);
    print(":");
    print(runner.name);
    if (passed) {
        print(":PASS\n");
        return;
    }
    runner.failures++;
    print(":FAIL: ");
    print(runner.why);
    print("\n");
}

bool unity_try(void (*test)(void), char *why, size_t cap) {
    jmp_buf *outer = runner.leave;
    jmp_buf back;

    bool was_quiet = runner.quiet;

    why_start();
    runner.quiet = true;
    bool passed = came_through(test, &back);
    runner.quiet = was_quiet;
    runner.leave = outer;
    if (cap) {
        size_t n = passed ? 0 : runner.n < cap - 1 ? runner.n : cap - 1;
        memcpy(why, runner.why, n);
        why[n] = 0;
    }
    return passed;
}

void unity_note(const char *s) {
    if (!runner.quiet) {
        print(s);
    }
}

void unity_note_int(int64_t v) {
    if (!runner.quiet) {
        print_int(v);
    }
}

void unity_fail(int line, const char *why) {
    why_start();
    why_str(why);
    leave(line);
}

void unity_check(bool ok, int line, const char *why) {
    if (!ok) {
        unity_fail(line, why);
    }
}

void unity_equal_int(int64_t want, int64_t got, int line, const char *what) {
    if (want == got) {
        return;
    }
    why_start();
    why_str("Expected ");
    why_int(want);
    why_str(" Was ");
    why_int(got);
    why_str(". ");
    why_str(what);
    leave(line);
}

void unity_equal_mem(const void *want, const void *got, size_t n, int line, const char *what) {
    const uint8_t *w = want, *g = got;
    size_t i = 0;

    while (i < n && w[i] == g[i]) {
        i++;
    }
    if (i == n) {
        return;
    }
    why_start();
    why_str("Memory at ");
    why_int((int64_t)i);
    why_str(" of ");
    why_int((int64_t)n);
    why_str(": Expected 0x");
    why_hex(w[i]);
    why_str(" Was 0x");
    why_hex(g[i]);
    why_str(". ");
    why_str(what);
    leave(line);
}

static void equal_bytes(bytes_t want, bytes_t got, int line, const char *what) {
    size_t least = want.n < got.n ? want.n : got.n;
    size_t i = 0;

    while (i < least && want.p[i] == got.p[i]) {
        i++;
    }
    if (want.n == got.n && i == want.n) {
        return;
    }
    why_start();
    why_str("Expected ");
    why_text(want.p, want.n, i);
    why_str(" Was ");
    why_text(got.p, got.n, i);
    why_str(" (differ at ");
    why_int((int64_t)i);
    why_str(", ");
    why_int((int64_t)want.n);
    why_str(" and ");
    why_int((int64_t)got.n);
    why_str(" bytes). ");
    why_str(what);
    leave(line);
}

void unity_equal_str(const char *want, const char *got, int line, const char *what) {
    if (!got) {
        unity_fail(line, "Expected a string Was NULL");
    }
    unity_equal_text(want, got, strlen(got), line, what);
}

void unity_equal_text(const char *want, const void *got, size_t n, int line, const char *what) {
    bytes_t w = { (const uint8_t *)want, strlen(want) };
    bytes_t g = { (const uint8_t *)got, n };
    equal_bytes(w, g, line, what);
}
