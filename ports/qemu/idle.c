// Sleeping until something happens.
//
// There is no periodic tick: the processor sleeps until the network controller or the console
// interrupts, or until lwIP or the caller wants to run again.
//
// A caller asks its sockets and then sleeps. What comes between the two must not be slept over:
// whoever changes what a caller may have asked for says idle_end(), and the sleep that follows
// returns at once. Between the look at that mark and the sleep, interrupts are off; they still
// wake the processor.
#include "idle.h"

#include "machine.h"
#include "nic_lwip.h"

#include "py/mpstate.h"
#include "py/runtime.h"

static volatile bool ended;
static uint64_t slept;

void idle_end(void) {
    ended = true;
}

uint64_t idle_ticks(void) {
    return slept;
}

static void scheduled_poll(mp_sched_node_t *node) {
    (void)node;
    network_poll();
}

void network_interrupt(void) {
    static mp_sched_node_t node;
    mp_sched_schedule_node(&node, scheduled_poll);
    idle_end();
}

static bool must_run(void) {
    return ended || MP_STATE_VM(sched_state) == MP_SCHED_PENDING
           || MP_STATE_MAIN_THREAD(mp_pending_exception) != MP_OBJ_NULL;
}

void idle(uint32_t timeout_ms) {
    uint32_t before = arch_irq_off();
    if (must_run()) {
        ended = false;
        arch_irq_restore(before);
        return;
    }
    uint32_t ms = MIN(MIN(timeout_ms, network_next_ms()), ARCH_SLEEP_MAX_MS);
    if (ms) {
        uint32_t start = arch_ticks();
        machine_sleep(ms);
        slept += arch_ticks() - start;
    }
    machine_nic_irq(false);     // the poll below does what its interrupt would ask for
    arch_irq_restore(before);
    network_poll();
    ended = false;              // the caller looks again now
}
