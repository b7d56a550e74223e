// Peripherals of which firmware only needs a few registers.
import { randomBytes } from 'node:crypto';
import { BasePeripheral } from 'rp2040js';

// Remembers what is written; what was never written reads as its reset value or 0.
export class Registers extends BasePeripheral {
  constructor(rp2040, name, values = {}) {
    super(rp2040, name);
    this.values = { ...values };
  }

  readUint32(offset) {
    return this.values[offset] ?? 0;
  }

  writeUint32(offset, value) {
    this.values[offset] = value >>> 0;
  }
}

const ROSC_STATUS = 0x18;
const ROSC_RANDOM_BIT = 0x1c;

// The ring oscillator: its random bit is the chip's only source of entropy.
export class RingOscillator extends Registers {
  constructor(rp2040, name) {
    super(rp2040, name, { [ROSC_STATUS]: 0x80001000 }); // stable, enabled
    this.pool = [];
  }

  readUint32(offset) {
    if (offset !== ROSC_RANDOM_BIT) {
      return super.readUint32(offset);
    }
    if (!this.pool.length) {
      this.pool = [...randomBytes(1024)];
    }
    return this.pool.pop() & 1;
  }
}

const SS_CTRL = 0x0c;
const OUTPUT_OVERRIDE = 0x300;
const DRIVEN_LOW = 0x200;

// The flash's pins: only the chip select is ever forced by software.
export class FlashPins extends Registers {
  get selected() {
    return (this.readUint32(SS_CTRL) & OUTPUT_OVERRIDE) === DRIVEN_LOW;
  }

  writeUint32(offset, value) {
    super.writeUint32(offset, value);
    this.command = []; // another level of the chip select starts another command
  }
}

const SSI_ENABLE = 0x08;
const SSI_STATUS = 0x28;
const SSI_VERSION = 0x5c;
const SSI_DATA = 0x60;
const TX_NOT_FULL = 1 << 1;
const TX_EMPTY = 1 << 2;
const RX_NOT_EMPTY = 1 << 3;

// The flash's serial interface: bytes that are written go to the chip, one answer for each.
export class FlashInterface extends Registers {
  constructor(rp2040, name, flash, pins) {
    super(rp2040, name, { [SSI_VERSION]: 0x3430312a });
    this.flash = flash;
    this.pins = pins;
    this.answers = [];
  }

  readUint32(offset) {
    switch (offset) {
      case SSI_STATUS:
        return TX_NOT_FULL | TX_EMPTY | (this.answers.length ? RX_NOT_EMPTY : 0);
      case SSI_DATA:
        return this.answers.shift() ?? 0;
    }
    return super.readUint32(offset);
  }

  writeUint32(offset, value) {
    if (offset === SSI_ENABLE && !value) {
      this.answers = [];
    }
    if (offset !== SSI_DATA) {
      super.writeUint32(offset, value);
    } else if (this.pins.selected) {
      this.answers.push(this.flash.answer(this.pins.command, value & 0xff));
    } else {
      this.answers.push(0); // boot stage 2 asks for the status: never busy
    }
  }
}
