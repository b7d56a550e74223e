// From reset to main, and where exceptions end.
#include <stdint.h>

#include "machine.h"
#include "semihost.h"

#include "py/mpprint.h"

#define EXIT_FAULT 125

extern uint32_t _estack, _sidata, _sdata, _edata, _sbss, _ebss;
int main(void);
void SysTick_Handler(void);
void UART0_RX_Handler(void);
void Ethernet_Handler(void);

void Reset_Handler(void) {
    for (uint32_t *from = &_sidata, *to = &_sdata; to < &_edata;) {
        *to++ = *from++;
    }
    for (uint32_t *to = &_sbss; to < &_ebss;) {
        *to++ = 0;
    }
    machine_init();
    main();
    semihost_exit(0);
}

// The frame that the processor pushed: r0-r3, r12, lr, pc, psr.
__attribute__((used)) static void report_fault(const uint32_t *frame, uint32_t exception) {
    mp_printf(&mp_plat_print, "FAULT %u at pc=%08x lr=%08x r0=%08x psr=%08x\n",
        (unsigned)exception, (unsigned)frame[6], (unsigned)frame[5], (unsigned)frame[0],
        (unsigned)frame[7]);
    semihost_exit(EXIT_FAULT);
}

__attribute__((naked)) void Fault_Handler(void) {
    __asm volatile ("mov r0, sp\n mrs r1, ipsr\n b report_fault\n");
}

// *FORMAT-OFF*
__attribute__((section(".isr_vector"), used)) const void *const isr_vector[16 + 14] = {
    &_estack,       Reset_Handler,
    Fault_Handler,  Fault_Handler,      // NMI, HardFault
    Fault_Handler,  Fault_Handler,      // MemManage, BusFault
    Fault_Handler,  0,                  // UsageFault
    0,              0,
    0,              Fault_Handler,      // SVCall
    Fault_Handler,  0,                  // debug monitor
    Fault_Handler,  SysTick_Handler,    // PendSV
    UART0_RX_Handler,
    [16 + 13] = Ethernet_Handler,
};
// *FORMAT-ON*
