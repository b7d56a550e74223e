// The MPS2 board (Arm's application notes AN385, AN500): timers, UART 0, interrupts.
#include "machine.h"

#define REG(address) (*(volatile uint32_t *)(address))

#define UART0           0x40004000
#define UART_DATA       REG(UART0 + 0x00)
#define UART_STATE      REG(UART0 + 0x04)
#define UART_CTRL       REG(UART0 + 0x08)
#define UART_INTCLEAR   REG(UART0 + 0x0c)
#define UART_BAUDDIV    REG(UART0 + 0x10)
#define STATE_TX_FULL   (1 << 0)
#define STATE_RX_FULL   (1 << 1)
#define CTRL_TX         (1 << 0)
#define CTRL_RX         (1 << 1)
#define CTRL_RX_IRQ     (1 << 3)
#define INT_RX          (1 << 1)

#define FPGA_PRESCALE   REG(0x4002801c)

#define SYST_CSR        REG(0xe000e010)
#define SYST_RVR        REG(0xe000e014)
#define SYST_CVR        REG(0xe000e018)
#define SYST_MAX        0xffffff
#define NVIC_ISER       REG(0xe000e100)
#define NVIC_ICER       REG(0xe000e180)
#define NVIC_ICPR       REG(0xe000e280)
#define IRQ_UART0_RX    (1 << 0)
#define IRQ_ETHERNET    (1 << 13)

// SysTick interrupts after `ticks` and then again and again: the clock never misses a round of
// its counter.
static void alarm(uint32_t ticks) {
    SYST_RVR = ticks;
    SYST_CVR = 0;
}

void machine_init(void) {
    FPGA_PRESCALE = 0;      // COUNTER counts every cycle of the 25 MHz clock
    UART_BAUDDIV = 16;
    UART_CTRL = CTRL_TX | CTRL_RX | CTRL_RX_IRQ;
    alarm(SYST_MAX);
    SYST_CSR = 7;           // processor clock, interrupt, on
    NVIC_ISER = IRQ_UART0_RX;
}

void machine_sleep(uint32_t max_ms) {
    alarm(max_ms * ARCH_TICKS_PER_MS - 1);
    __asm volatile ("dsb\n wfi" : : : "memory");
    alarm(SYST_MAX);
}

void machine_put(uint8_t c) {
    while (UART_STATE & STATE_TX_FULL) {
    }
    UART_DATA = c;
}

void machine_nic_irq(bool on) {
    if (on) {
        NVIC_ICPR = IRQ_ETHERNET;
        NVIC_ISER = IRQ_ETHERNET;
    } else {
        NVIC_ICER = IRQ_ETHERNET;
    }
}

void SysTick_Handler(void) {
    uint32_t before = arch_irq_off();
    clock_keep();
    arch_irq_restore(before);
}

// The interrupt is cleared first: a character that comes while this reads raises it again.
void UART0_RX_Handler(void) {
    UART_INTCLEAR = INT_RX;
    while (UART_STATE & STATE_RX_FULL) {
        console_received(UART_DATA);
    }
}

void Ethernet_Handler(void) {
    machine_nic_irq(false);
    network_interrupt();
}
