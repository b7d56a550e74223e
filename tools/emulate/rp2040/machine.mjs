// An RP2040 on a Pico's board: rp2040js' chip with our flash, boot ROM device, UARTs, buses and
// USB host. A reset makes a new chip; what survives one on silicon survives here.
import { BasePeripheral, RP2040 } from 'rp2040js';
import { attachBuses } from './buses.mjs';
import { Console } from './console.mjs';
import { PL011 } from './pl011.mjs';
import { FlashInterface, FlashPins, Registers, RingOscillator } from './registers.mjs';
import { Thumb } from './thumb.mjs';

// The keys of rp2040js' table of peripherals: address >> 12.
const SSI = 0x18000;
const IO_QSPI = 0x40018;
const UARTS = [
  [0x40034, 20],
  [0x40038, 21],
];
const WATCHDOG = 0x40058;
const WATCHDOG_FORCED = 1 << 1; // its reason when software asked, as machine.reset() does
const ROSC = 0x40060;
const VREG_AND_CHIP_RESET = 0x40064;
const ROM_DEVICE = 0x40068;

const CHIP_RESET = 0x08;
const HAD_POWER_ON = 1 << 8;
const HAD_RUN_PIN = 1 << 16;

const ROM_ERASE = 1;
const ROM_PROGRAM = 2;
const ROM_USB_BOOT = 3;

// The registers that rom/rom.h describes.
class RomDevice extends BasePeripheral {
  constructor(rp2040, flash, onChange, onUSBBoot) {
    super(rp2040, 'ROM');
    this.flash = flash;
    this.onChange = onChange;
    this.onUSBBoot = onUSBBoot;
    this.arguments = [0, 0, 0];
  }

  readUint32() {
    return 0;
  }

  writeUint32(offset, value) {
    if (offset < 12) {
      this.arguments[offset >> 2] = value >>> 0;
      return;
    }
    const [address, data, count] = this.arguments;
    if (value === ROM_ERASE) {
      this.flash.erase(address, count);
      this.onChange(address, count);
    } else if (value === ROM_PROGRAM) {
      const bytes = Uint8Array.from({ length: count }, (_, i) => this.rp2040.readUint8(data + i));
      this.flash.program(address, bytes);
      this.onChange(address, count);
    } else if (value === ROM_USB_BOOT) {
      this.onUSBBoot();
    }
  }
}

const PSM = 0x40010;
const FORCE_OFF = 0x04;
const SECOND_CORE = 1 << 16;
const FIFO_STATUS = 0x50;
const FIFO_WRITE = 0x54;
const FIFO_READ = 0x58;
const FIFO_HAS_WORD = 1 << 0;
const FIFO_HAS_ROOM = 1 << 1;

// The mailbox to the second core. Nobody is there, but a 0 comes from it after each reset, which
// MicroPython waits for.
function attachMailbox(chip, onWrite) {
  const { sio } = chip;
  const psm = chip.peripherals[PSM];
  const read = sio.readUint32.bind(sio);
  const write = sio.writeUint32.bind(sio);
  const power = psm.writeUint32.bind(psm);
  let word = false;
  psm.writeUint32 = (offset, value) => {
    word ||= offset === FORCE_OFF && Boolean(value & SECOND_CORE);
    power(offset, value);
  };
  sio.writeUint32 = (offset, value) => {
    if (offset === FIFO_WRITE) {
      onWrite();
    } else {
      write(offset, value);
    }
  };
  sio.readUint32 = (offset) => {
    if (offset === FIFO_STATUS) {
      return FIFO_HAS_ROOM | (word ? FIFO_HAS_WORD : 0);
    }
    if (offset === FIFO_READ) {
      word = false;
      return 0;
    }
    return read(offset);
  };
}

// rp2040js reports trouble through this: it goes to stderr once per text.
class Log {
  constructor(verbose) {
    this.verbose = verbose;
    this.seen = new Set();
  }

  write(name, message) {
    const text = `${name}: ${message}`;
    if (this.verbose && !this.seen.has(text)) {
      this.seen.add(text);
      process.stderr.write(`rp2040: ${text}\n`);
    }
  }

  debug() {}

  info() {}

  warn(name, message) {
    this.write(name, message);
  }

  error(name, message) {
    this.write(name, message);
  }
}

export class Machine {
  // rom: Buffer; flash: Flash; models: what hangs on the buses (buses.mjs)
  // patient: the UARTs whose peers wait while the chip has no room
  // on: {output, ready, uart, reset, bootloader, stuck}, see main.mjs
  constructor({ rom, flash, models = [], patient = [], on, verbose = false }) {
    this.rom = new Uint32Array(4096);
    new Uint8Array(this.rom.buffer).set(rom);
    this.flash = flash;
    this.models = models;
    this.patient = patient;
    this.on = on;
    this.log = new Log(verbose);
    this.dtr = false;
    this.powerOn(HAD_POWER_ON);
  }

  // cause: for the register that tells firmware why it starts; kept: the watchdog's registers
  powerOn(cause, kept = null) {
    const chip = new RP2040();
    chip.logger = this.log;
    chip.flash = this.flash.bytes;
    chip.flash16 = new Uint16Array(this.flash.bytes.buffer);
    chip.flashView = new DataView(this.flash.bytes.buffer);
    chip.bootrom.set(this.rom);
    chip.core.reset();
    this.chip = chip;
    this.bootloader = false;
    this.stuck = false;
    this.plugIn(chip, cause);
    this.cpu = new Thumb(chip);
    const watchdog = chip.peripherals[WATCHDOG];
    watchdog.onWatchdogTrigger = () => this.watchdogBit();
    if (kept) {
      watchdog.reason = kept.reason;
      watchdog.scratchData.set(kept.scratchData);
    }
    chip.onBreak = (code) => this.stop(`BKPT ${code}`);
  }

  plugIn(chip, cause) {
    const pins = new FlashPins(chip, 'IO_QSPI');
    Object.assign(chip.peripherals, {
      [SSI]: new FlashInterface(chip, 'SSI', this.flash, pins),
      [IO_QSPI]: pins,
      [ROSC]: new RingOscillator(chip, 'ROSC'),
      [VREG_AND_CHIP_RESET]: new Registers(chip, 'VREG', { [CHIP_RESET]: cause }),
      [ROM_DEVICE]: new RomDevice(
        chip,
        this.flash,
        (address, count) => this.cpu.forget(address, count),
        () => this.enterBootloader(),
      ),
    });
    this.uarts = UARTS.map(([key, irq], index) => {
      const uart = new PL011(chip, `UART${index}`, irq);
      uart.patient = this.patient.includes(index);
      uart.onByte = (byte) => this.on.uart(index, byte);
      uart.onDrained = () => this.on.uartDrained(index);
      chip.peripherals[key] = uart;
      return uart;
    });
    this.console = new Console(chip);
    this.console.dtr = this.dtr;
    this.console.onOutput = (bytes) => this.on.output(bytes);
    this.console.onDrained = () => this.on.consoleDrained();
    this.console.onReady = () => this.on.ready();
    attachMailbox(chip, () => this.stop('the second core is not emulated (_thread)'));
    attachBuses(chip, this.models);
  }

  setDTR(on) {
    this.dtr = on;
    this.console.setDTR(on);
  }

  // The RUN pin: everything starts anew.
  reset() {
    this.powerOn(HAD_RUN_PIN);
    this.on.reset('pin');
  }

  watchdogBit() {
    this.pendingReset = true; // not in the middle of an instruction
    this.chip.peripherals[WATCHDOG].alarm.enable = false; // it would fire for ever
    this.chip.core.waiting = true;
  }

  // Between two instructions: what they asked for.
  settle() {
    if (this.pendingReset) {
      this.pendingReset = false;
      const watchdog = this.chip.peripherals[WATCHDOG];
      this.powerOn(0, watchdog);
      this.on.reset(watchdog.reason === WATCHDOG_FORCED ? 'software' : 'watchdog');
    }
  }

  enterBootloader() {
    this.bootloader = true;
    this.chip.core.waiting = true;
    this.on.bootloader();
  }

  stop(why) {
    const { PC, LR } = this.chip.core;
    this.stuck = true;
    this.chip.core.waiting = true;
    this.on.stuck(`${why} at PC ${PC.toString(16)}, LR ${(LR >>> 0).toString(16)}`);
  }

  // Nothing will happen before somebody resets it.
  get halted() {
    return this.bootloader || this.stuck;
  }
}
