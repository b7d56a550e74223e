// The boot ROM that the emulated RP2040 starts with: the same doors as in the chip's own
// (RP2040 datasheet, 2.8.3), with our code behind them.
#ifndef LWS_RP2040_ROM_H
#define LWS_RP2040_ROM_H

#include <stddef.h>
#include <stdint.h>

// The device that the emulator adds for the ROM (machine.mjs): writing the command starts it.
typedef struct {
    volatile uint32_t address;  // in flash, from 0
    volatile uint32_t data;     // where the bytes to program are, on the bus
    volatile uint32_t count;
    volatile uint32_t command;  // ROM_ERASE ...
} rom_device_t;

#define ROM_DEVICE ((rom_device_t *)0x40068000)

enum { ROM_ERASE = 1, ROM_PROGRAM = 2, ROM_USB_BOOT = 3 };

// A row of the tables that rom_table_lookup() searches; code 0 ends them.
typedef struct {
    uint32_t code;
    const void *value;
} rom_entry_t;

#define ROM_CODE(a, b) ((a) | (b) << 8)

// A table of soft-float functions, in the order of pico-sdk's bootrom/sf_table.h. Firmware asks
// for their number at the byte two before the first.
#define ROM_FLOAT_COUNT 32
typedef struct {
    uint16_t unused;
    uint8_t count;
    uint8_t implemented;
    const void *functions[ROM_FLOAT_COUNT];
} rom_floats_t;

extern const rom_floats_t rom_single;
extern const rom_floats_t rom_double;

// What has no code here stops the machine with a message that names the place.
void rom_trap(void);

#endif
