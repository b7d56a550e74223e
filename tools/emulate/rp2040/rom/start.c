// Reset, the tables, memory and bit functions, flash.
#include "rom.h"

#define XIP_BASE 0x10000000
#define BOOT2_BYTES 252
#define BOOT2_RUNS_AT 0x20041f00

__attribute__((naked)) void rom_trap(void) {
    __asm__ volatile ("bkpt #0xee\n b .");
}

// CRC-32 with the polynomial 04c11db7, most significant bit first, nothing inverted.
static uint32_t checksum(const uint8_t *bytes, size_t count) {
    uint32_t crc = 0xffffffff;
    while (count--) {
        crc ^= (uint32_t)*bytes++ << 24;
        for (int bit = 0; bit < 8; bit++) {
            crc = crc & 0x80000000 ? crc << 1 ^ 0x04c11db7 : crc << 1;
        }
    }
    return crc;
}

static void usb_boot(uint32_t led_mask, uint32_t disabled) {
    ROM_DEVICE->address = led_mask;
    ROM_DEVICE->count = disabled;
    ROM_DEVICE->command = ROM_USB_BOOT;
    for (;;) {
        __asm__ volatile ("wfi");
    }
}

// Flash that starts with a sound boot stage 2 is run, anything else waits for a UF2.
__attribute__((noreturn)) void rom_reset(void) {
    const uint8_t *flash = (const uint8_t *)XIP_BASE;
    uint32_t *stage2 = (uint32_t *)BOOT2_RUNS_AT;
    for (int i = 0; i < 64; i++) {
        stage2[i] = ((const uint32_t *)flash)[i];
    }
    if (checksum(flash, BOOT2_BYTES) != stage2[BOOT2_BYTES / 4]) {
        usb_boot(0, 0);
    }
    // LR 0 tells stage 2 that it comes from the ROM.
    __asm__ volatile (
        "movs r1, #0\n mov lr, r1\n bx %0" : : "l" (BOOT2_RUNS_AT | 1) : "r1", "lr");
    __builtin_unreachable();
}

const void *rom_table_lookup(const rom_entry_t *table, uint32_t code) {
    for (; table->code; table++) {
        if (table->code == code) {
            return table->value;
        }
    }
    return NULL;
}

// The empty asm keeps the compiler from turning the loops into calls of themselves.
void *memset(void *to, int byte, size_t count) {
    for (uint8_t *p = to; count--; p++) {
        *p = byte;
        __asm__ volatile ("" : : : "memory");
    }
    return to;
}

void *memcpy(void *to, const void *from, size_t count) {
    uint8_t *p = to;
    const uint8_t *q = from;
    if (!(((uintptr_t)p | (uintptr_t)q) & 3)) {
        for (; count >= 4; count -= 4, p += 4, q += 4) {
            *(uint32_t *)p = *(const uint32_t *)q;
            __asm__ volatile ("" : : : "memory");
        }
    }
    while (count--) {
        *p++ = *q++;
        __asm__ volatile ("" : : : "memory");
    }
    return to;
}

static uint32_t population_count(uint32_t v) {
    uint32_t n = 0;
    for (; v; v &= v - 1) {
        n++;
    }
    return n;
}

static uint32_t leading_zeros(uint32_t v) {
    uint32_t n = 32;
    for (; v; v >>= 1) {
        n--;
    }
    return n;
}

static uint32_t trailing_zeros(uint32_t v) {
    return population_count(~v & (v - 1));
}

static uint32_t reverse_bits(uint32_t v) {
    uint32_t r = 0;
    for (int i = 0; i < 32; i++, v >>= 1) {
        r = r << 1 | (v & 1);
    }
    return r;
}

static void flash_erase(uint32_t address, size_t count, uint32_t block, uint8_t block_command) {
    (void)block;
    (void)block_command;
    ROM_DEVICE->address = address;
    ROM_DEVICE->count = count;
    ROM_DEVICE->command = ROM_ERASE;
}

static void flash_program(uint32_t address, const uint8_t *data, size_t count) {
    ROM_DEVICE->address = address;
    ROM_DEVICE->data = (uintptr_t)data;
    ROM_DEVICE->count = count;
    ROM_DEVICE->command = ROM_PROGRAM;
}

// The emulated flash is always connected and never cached; its chip select is only forced by
// flash_do_cmd(), which releases it itself.
static void nothing_to_do(void) {
}

const rom_entry_t rom_functions[] = {
    { ROM_CODE('P', '3'), population_count },
    { ROM_CODE('R', '3'), reverse_bits },
    { ROM_CODE('L', '3'), leading_zeros },
    { ROM_CODE('T', '3'), trailing_zeros },
    { ROM_CODE('M', 'S'), memset },
    { ROM_CODE('S', '4'), memset },
    { ROM_CODE('M', 'C'), memcpy },
    { ROM_CODE('C', '4'), memcpy },
    { ROM_CODE('I', 'F'), nothing_to_do },
    { ROM_CODE('E', 'X'), nothing_to_do },
    { ROM_CODE('F', 'C'), nothing_to_do },
    { ROM_CODE('C', 'X'), nothing_to_do },
    { ROM_CODE('R', 'E'), flash_erase },
    { ROM_CODE('R', 'P'), flash_program },
    { ROM_CODE('U', 'B'), usb_boot },
    { ROM_CODE('W', 'V'), rom_trap }, // the second core waits here: it is not emulated
    { 0, NULL },
};

const rom_entry_t rom_data[] = {
    { ROM_CODE('S', 'F'), rom_single.functions },
    { ROM_CODE('S', 'D'), rom_double.functions },
    { ROM_CODE('C', 'R'), "lws_mp: stand-in for the RP2040's boot ROM" },
    { ROM_CODE('G', 'R'), "00000000" },
    { 0, NULL },
};
