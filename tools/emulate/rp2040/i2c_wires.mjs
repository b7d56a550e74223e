// I2C bit by bit, for firmware that moves the pins itself: MicroPython's I2C.scan() and SoftI2C.
import { GPIOPinState } from 'rp2040js';

const FUNCTION_I2C = 3;
const PINS = 28;

// The devices' side of two wires: {sda, scl} are levels, true is high.
class Wires {
  constructor(sda, scl, find) {
    this.pins = { sda, scl };
    this.find = find; // address -> device or undefined
    this.used = false; // these pins may serve another purpose until they were given to I2C
    this.holding = false; // a device pulls SDA low
    this.last = { sda: true, scl: true };
    this.device = null;
    this.idle();
  }

  idle() {
    this.active = false;
    this.holding = false;
  }

  level(pin) {
    return pin.value !== GPIOPinState.Low;
  }

  changed() {
    const { sda, scl } = this.pins;
    if (sda.functionSelect === FUNCTION_I2C && scl.functionSelect === FUNCTION_I2C) {
      this.used = true;
    }
    if (!this.used) {
      return;
    }
    const now = { sda: this.level(sda), scl: this.level(scl) };
    const before = this.last;
    this.last = now;
    if (before.scl && now.scl && before.sda !== now.sda) {
      this.startOrStop(now.sda);
    } else if (this.active && !before.scl && now.scl) {
      this.clockRose(now.sda);
    } else if (this.active && before.scl && !now.scl) {
      this.clockFell();
    }
    sda.setInputValue(now.sda && !this.holding);
    scl.setInputValue(now.scl);
  }

  startOrStop(stop) {
    this.idle();
    if (stop) {
      this.device?.stop?.();
      this.device = null;
      return;
    }
    Object.assign(this, { active: true, addressed: false, sending: false });
    Object.assign(this, { bits: 0, byte: 0, acknowledging: false });
  }

  clockRose(sda) {
    if (this.acknowledging) {
      this.sending &&= !sda; // the reader wants another byte
    } else {
      this.byte = ((this.byte << 1) | (sda ? 1 : 0)) & 0xff;
      this.bits++;
    }
  }

  clockFell() {
    if (this.acknowledging) {
      this.nextByte();
    } else if (this.bits === 8) {
      this.acknowledging = true;
      this.holding = this.sending ? false : this.hear(this.byte);
    } else if (this.sending) {
      this.holding = !((this.out >> (7 - this.bits)) & 1);
    }
  }

  nextByte() {
    this.acknowledging = false;
    this.bits = 0;
    this.holding = false;
    if (this.reading && !this.sending && !this.answered) {
      this.sending = this.answered = true;
    }
    if (this.sending) {
      this.out = (this.device.read() ?? 0xff) & 0xff;
      this.holding = !(this.out & 0x80);
    }
  }

  // A byte of the master; true: acknowledged.
  hear(byte) {
    if (this.addressed) {
      return this.device ? (this.device.write(byte) ?? true) : false;
    }
    this.addressed = true;
    this.reading = false;
    this.answered = false;
    this.device = this.find(byte >> 1) ?? null;
    const heard = Boolean(this.device && (this.device.start?.(Boolean(byte & 1)) ?? true));
    this.reading = heard && Boolean(byte & 1);
    return heard;
  }
}

// SDA is every even pin, SCL the next one; the pairs belong to I2C0 and I2C1 in turn.
export function attachWires(chip, number, find) {
  for (let pin = 2 * number; pin < PINS; pin += 4) {
    const pair = [chip.gpio[pin], chip.gpio[pin + 1]];
    const wires = new Wires(...pair, find);
    for (const gpio of pair) {
      const check = gpio.checkForUpdates.bind(gpio);
      gpio.checkForUpdates = () => {
        check();
        wires.changed();
      };
    }
  }
}
