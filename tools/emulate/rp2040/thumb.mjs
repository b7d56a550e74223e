// A faster Cortex-M0+ for rp2040js: the common instructions by table, on rp2040js' own registers;
// exceptions, sleep, special registers and whatever else is rare stay with its core. What runs
// often is translated.
import { REACH, translate } from './thumb_blocks.mjs';
import { TABLE } from './thumb_decode.mjs';

const FLASH_MASK = 0x1fffff; // 2 MB, mirrored
const XIP = 0x10; // the top byte of flash addresses
const SRAM = 0x20000000;
const ROM_BITS = 14; // 16 KB from address 0
const SIO = 0xd; // the top half byte of addresses that are beside time
const BATCH = 256; // cycles that the chip's clock may be late while no alarm is near

const HOT = 100; // how often code in flash is come to before it is translated

export class Thumb {
  constructor(chip) {
    this.chip = chip;
    this.core = chip.core;
    this.clock = chip.clock;
    this.r = new Int32Array(chip.core.registers.buffer);
    this.sram8 = chip.sram;
    this.sram16 = new Uint16Array(chip.sram.buffer);
    this.sram32 = new Int32Array(chip.sram.buffer);
    this.flash8 = chip.flash;
    this.flash16 = new Uint16Array(chip.flash.buffer);
    this.flash32 = new Int32Array(chip.flash.buffer);
    this.rom16 = new Uint16Array(chip.bootrom.buffer);
    this.rom32 = new Int32Array(chip.bootrom.buffer);
    this.sramBytes = chip.sram.length;
    this.pc = 0; // of the next instruction
    this.nz = 1; // the last result: negative or zero, as the flags say
    this.c = 0;
    this.v = 0;
    this.cycle = 8; // ns
    this.pending = 0; // cycles that the clock does not know of yet
    this.horizon = 0; // and how many there may be
    this.count = 0; // instructions
    this.heat = new Uint8Array(chip.flash.length / 2);
    this.blocks = new Array(chip.flash.length / 2).fill(null);
  }

  // To rp2040js' core, before it does something.
  publish() {
    const { core } = this;
    core.N = this.nz < 0;
    core.Z = this.nz === 0;
    core.C = this.c !== 0;
    core.V = this.v !== 0;
    core.PC = this.pc;
  }

  adopt() {
    const { core } = this;
    this.nz = core.N ? -1 : core.Z ? 0 : 1;
    this.c = core.C ? 1 : 0;
    this.v = core.V ? 1 : 0;
    this.pc = core.PC & ~1; // of a handler it is odd
  }

  // Runs about so many instructions, fewer when the chip goes to sleep. Returns how many.
  run(limit) {
    const { core, clock } = this;
    this.count = 0;
    this.cycle = 1e9 / this.chip.clkSys;
    this.adopt();
    while (this.count < limit && !core.waiting) {
      if (core.interruptsUpdated) {
        this.takeInterrupt();
      }
      const next = clock.nextAlarm;
      const due = next ? Math.ceil((next.nanos - clock.nanosCounter) / this.cycle) : BATCH;
      this.horizon = Math.min(BATCH, Math.max(1, due));
      this.batch();
      this.publish(); // an alarm may wake the core, which then enters its exception
      clock.tick(this.pending * this.cycle);
      this.pending = 0;
      this.adopt();
    }
    this.publish();
    return this.count;
  }

  takeInterrupt() {
    this.publish();
    if (this.core.checkForInterrupts()) {
      this.core.waiting = false;
    }
    this.adopt();
  }

  batch() {
    const { core, blocks } = this;
    let expected = 0; // the pc, unless there was a branch
    do {
      const { pc } = this;
      const at = (pc & FLASH_MASK) >> 1;
      if (pc >>> 24 !== XIP) {
        this.step(this.load16(pc));
      } else if (blocks[at] !== null) {
        const cycles = blocks[at](this); // may set what is pending to 0
        this.pending += cycles;
        expected = 0;
      } else {
        if (pc !== expected && ++this.heat[at] === HOT) {
          blocks[at] = translate(this, pc);
        }
        this.step(this.flash16[at]);
        expected = pc + 2;
      }
    } while (this.pending < this.horizon && !core.interruptsUpdated);
  }

  step(opcode) {
    this.pc = (this.pc + 2) | 0;
    const cycles = TABLE[opcode](this, opcode);
    this.pending += cycles;
    this.count++;
  }

  // The flash has other bytes there.
  forget(address, count) {
    const from = Math.max(0, address - REACH) >> 1;
    this.blocks.fill(null, from, (address + count) >> 1);
    this.heat.fill(0, from, (address + count) >> 1);
  }

  // The instruction that was just fetched, by rp2040js' core.
  rare() {
    this.sync();
    this.pc = (this.pc - 2) | 0;
    this.publish();
    const cycles = this.core.executeInstruction();
    this.adopt();
    return cycles;
  }

  // Tells the clock what time it is, and ends the batch: alarms may have changed.
  sync() {
    const { pending } = this;
    this.pending = 0;
    this.horizon = 0;
    if (pending) {
      this.clock.tick(pending * this.cycle);
    }
  }

  // Jumps to where LR or a popped PC says; from a handler that may be the end of the exception.
  jump(address) {
    if (address >>> 28 === 15) {
      this.sync();
      this.publish();
      this.core.BXWritePC(address >>> 0);
      this.adopt();
    } else {
      this.pc = address & ~1;
    }
  }

  // ---- memory: the quick places first, then the bus

  meet(address) {
    if (address >>> 28 !== SIO) {
      this.sync();
    }
  }

  load32(address) {
    const at = (address - SRAM) >>> 0;
    if (at < this.sramBytes && !(address & 3)) {
      return this.sram32[at >> 2];
    }
    if (address >>> 24 === XIP && !(address & 3)) {
      return this.flash32[(address & FLASH_MASK) >> 2];
    }
    if (address >>> ROM_BITS === 0 && !(address & 3)) {
      return this.rom32[address >> 2];
    }
    this.meet(address);
    return this.chip.readUint32(address >>> 0) | 0;
  }

  load16(address) {
    const at = (address - SRAM) >>> 0;
    if (at < this.sramBytes && !(address & 1)) {
      return this.sram16[at >> 1];
    }
    if (address >>> 24 === XIP && !(address & 1)) {
      return this.flash16[(address & FLASH_MASK) >> 1];
    }
    if (address >>> ROM_BITS === 0 && !(address & 1)) {
      return this.rom16[address >> 1];
    }
    this.meet(address);
    return this.chip.readUint16(address >>> 0);
  }

  load8(address) {
    const at = (address - SRAM) >>> 0;
    if (at < this.sramBytes) {
      return this.sram8[at];
    }
    if (address >>> 24 === XIP) {
      return this.flash8[address & FLASH_MASK];
    }
    this.meet(address);
    return this.chip.readUint8(address >>> 0);
  }

  store32(address, value) {
    const at = (address - SRAM) >>> 0;
    if (at < this.sramBytes && !(address & 3)) {
      this.sram32[at >> 2] = value;
      return;
    }
    this.meet(address);
    this.chip.writeUint32(address >>> 0, value >>> 0);
  }

  store16(address, value) {
    const at = (address - SRAM) >>> 0;
    if (at < this.sramBytes && !(address & 1)) {
      this.sram16[at >> 1] = value;
      return;
    }
    this.meet(address);
    this.chip.writeUint16(address >>> 0, value & 0xffff);
  }

  store8(address, value) {
    const at = (address - SRAM) >>> 0;
    if (at < this.sramBytes) {
      this.sram8[at] = value;
      return;
    }
    this.meet(address);
    this.chip.writeUint8(address >>> 0, value & 0xff);
  }
}
