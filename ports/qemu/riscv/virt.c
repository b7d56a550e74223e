// QEMU's virt machine: timer (CLINT), interrupt controller (PLIC), UART (16550), virtio slots.
#include "virt.h"

#include "machine.h"

#define REG(address) (*(volatile uint32_t *)(address))
#define REG8(address) (*(volatile uint8_t *)(address))

#define MTIMECMP        0x02004000
#define MTIME           0x0200bff8
#define KEEP_MS         400000      // the lower half of mtime goes round in 429 s

#define PLIC            0x0c000000
#define PLIC_PRIORITY(irq) REG(PLIC + 4 * (irq))
#define PLIC_ENABLE     REG(PLIC + 0x2000)
#define PLIC_THRESHOLD  REG(PLIC + 0x200000)
#define PLIC_CLAIM      REG(PLIC + 0x200004)
#define IRQ_UART        10

#define UART            0x10000000
#define UART_DATA       REG8(UART + 0)
#define UART_IER        REG8(UART + 1)
#define UART_FCR        REG8(UART + 2)
#define UART_LSR        REG8(UART + 5)
#define IER_RX          1
#define FCR_FIFO        1
#define LSR_RX_READY    0x01
#define LSR_TX_EMPTY    0x20

#define VIRTIO          0x10001000
#define VIRTIO_STRIDE   0x1000
#define VIRTIO_SLOTS    8
#define VIRTIO_IRQ      1           // of the first slot
#define VIRTIO_MAGIC    0x74726976  // "virt"

#define MIE_TIMER       (1 << 7)
#define MIE_EXTERNAL    (1 << 11)

static uint32_t nic_irq;

static void alarm(uint32_t ms) {
    uint32_t high, low;
    do {
        high = REG(MTIME + 4);
        low = REG(MTIME);
    } while (high != REG(MTIME + 4));
    uint64_t at = ((uint64_t)high << 32 | low) + (uint64_t)ms * ARCH_TICKS_PER_MS;
    REG(MTIMECMP + 4) = 0xffffffff;         // no alarm while the two halves do not fit
    REG(MTIMECMP) = (uint32_t)at;
    REG(MTIMECMP + 4) = (uint32_t)(at >> 32);
}

void machine_init(void) {
    UART_FCR = FCR_FIFO;
    UART_IER = IER_RX;
    PLIC_THRESHOLD = 0;
    PLIC_PRIORITY(IRQ_UART) = 1;
    PLIC_ENABLE = 1 << IRQ_UART;
    alarm(KEEP_MS);
    __asm volatile ("csrw mie, %0" : : "r" (MIE_TIMER | MIE_EXTERNAL));
    arch_irq_restore(MSTATUS_MIE);
}

void machine_sleep(uint32_t max_ms) {
    alarm(max_ms);
    __asm volatile ("wfi" : : : "memory");
    alarm(KEEP_MS);
}

void machine_put(uint8_t c) {
    while (!(UART_LSR & LSR_TX_EMPTY)) {
    }
    UART_DATA = c;
}

void machine_nic_irq(bool on) {
    if (on) {
        PLIC_ENABLE |= 1 << nic_irq;
    } else {
        PLIC_ENABLE &= ~(1 << nic_irq);
    }
}

uintptr_t virt_find_virtio(uint32_t kind) {
    for (uint32_t i = 0; i < VIRTIO_SLOTS; i++) {
        uintptr_t slot = VIRTIO + i * VIRTIO_STRIDE;
        if (REG(slot) == VIRTIO_MAGIC && REG(slot + 8) == kind) {
            nic_irq = VIRTIO_IRQ + i;
            PLIC_PRIORITY(nic_irq) = 1;
            return slot;
        }
    }
    return 0;
}

void virt_timer_interrupt(void) {
    clock_keep();
    alarm(KEEP_MS);
}

void virt_external_interrupt(void) {
    for (uint32_t irq; (irq = PLIC_CLAIM);) {
        if (irq == IRQ_UART) {
            while (UART_LSR & LSR_RX_READY) {
                console_received(UART_DATA);
            }
        }
        PLIC_CLAIM = irq;
        if (irq == nic_irq) {
            machine_nic_irq(false);
            network_interrupt();
        }
    }
}
