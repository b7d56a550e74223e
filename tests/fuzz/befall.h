// What befalls a connection of the fake pump, by one number of a fuzz target's script and its
// argument: a stream that takes little, time that passes, an end, no memory.
#ifndef TESTS_FUZZ_BEFALL_H
#define TESTS_FUZZ_BEFALL_H

#include "support/fake_pump.h"
#include "support/test_mem.h"

static void befall(fp_conn_t *k, test_mem_t *mem, unsigned what, uint8_t arg) {
    switch (what) {
        case 7:
            k->window = arg < k->window ? arg : k->window;
            break;
        case 8:
            fp_take(k, arg < 200 ? arg * 8u : SIZE_MAX);
            break;
        case 9:
            k->step = arg < 200 ? arg + 1u : SIZE_MAX;
            break;
        case 10:
            fp_pass(k->p, (uint64_t)arg * arg * 10000);
            break;
        case 11:
            fp_eof(k);
            break;
        case 12:
            if (arg > 128) {
                fp_reset(k);
            }
            break;
        case 13:
            mem->fail_at = mem->calls + 1 + arg % 8;
            break;
        default:
            k->p->ctx.scratch_cap = arg < 200 ? 1 + arg * 4u : FP_SCRATCH;
            break;
    }
}

#endif
