// UART: ARM's PL011 with its FIFOs, its level-triggered receive interrupt, its receive timeout
// and a transmit interrupt that only comes when the FIFO drains past its mark.
// A patient peer sends nothing into a full FIFO, whether the board drives RTS or not.
import { BasePeripheral } from 'rp2040js';

const DR = 0x00;
const RSR = 0x04;
const FR = 0x18;
const IBRD = 0x24;
const FBRD = 0x28;
const LCR_H = 0x2c;
const CR = 0x30;
const IFLS = 0x34;
const IMSC = 0x38;
const RIS = 0x3c;
const MIS = 0x40;
const ICR = 0x44;
const DMACR = 0x48;
const IDENTITY = { 0xfe0: 0x11, 0xfe4: 0x10, 0xfe8: 0x34, 0xfec: 0x00 };

const FR_TX_EMPTY = 1 << 7;
const FR_RX_FULL = 1 << 6;
const FR_TX_FULL = 1 << 5;
const FR_RX_EMPTY = 1 << 4;
const FR_BUSY = 1 << 3;
const LCR_FIFOS = 1 << 4;
const CR_ENABLE = 1 << 0;
const CR_LOOPBACK = 1 << 7;
const CR_RTS_ENABLE = 1 << 14;
const IRQ_RX = 1 << 4;
const IRQ_TX = 1 << 5;
const IRQ_RX_TIMEOUT = 1 << 6;
const IRQ_OVERRUN = 1 << 10;
const DATA_OVERRUN = 1 << 11;

const FIFO_DEPTH = 32;
const MARKS = [4, 8, 16, 24, 28]; // of IFLS: 1/8, 1/4, 1/2, 3/4, 7/8 full
const FRAME_BITS = 10; // start, 8 data, stop
const TIMEOUT_BITS = 32;
const ASK_NANOS = 1e6; // from one receive timeout to the next, while a patient peer waits
const LINE_MAX = 4096; // bytes on their way to the chip before the host is told to wait

export class PL011 extends BasePeripheral {
  constructor(rp2040, name, irq) {
    super(rp2040, name);
    this.irq = irq;
    this.raised = 0;
    this.mask = 0;
    this.lcr = 0;
    this.cr = 0x300;
    this.ibrd = 0;
    this.fbrd = 0;
    this.ifls = 0x12;
    this.rx = [];
    this.tx = [];
    this.line = []; // chunks from the host that are still on the wire
    this.lineBytes = 0;
    this.lineAt = 0; // how far the first chunk is sent
    this.receiving = false;
    this.sending = false;
    this.overrun = false;
    this.lost = 0;
    this.patient = false;
    this.onByte = () => {};
    this.onDrained = () => {};
    const alarm = (callback) => rp2040.clock.createAlarm(callback);
    this.rxAlarm = alarm(() => this.byteArrived());
    this.txAlarm = alarm(() => this.byteLeft());
    this.timeoutAlarm = alarm(() => this.lineIsIdle());
  }

  get bitNanos() {
    return (16e9 * (this.ibrd + this.fbrd / 64)) / this.rp2040.clkPeri;
  }

  get running() {
    return Boolean(this.cr & CR_ENABLE) && this.ibrd > 0;
  }

  get depth() {
    return this.lcr & LCR_FIFOS ? FIFO_DEPTH : 1;
  }

  mark(select) {
    return this.depth === 1 ? 1 : (MARKS[select & 7] ?? 16);
  }

  raise(bits) {
    this.raised |= bits;
    this.rp2040.setInterrupt(this.irq, Boolean(this.raised & this.mask));
  }

  lower(bits) {
    this.raised &= ~bits;
    this.raise(0);
  }

  // Bytes from the host. False: enough are on the way, wait for onDrained.
  feed(bytes) {
    if (bytes.length) {
      this.line.push(bytes);
      this.lineBytes += bytes.length;
    }
    this.startReceiving();
    return this.lineBytes < LINE_MAX;
  }

  // The peer has more, and must not send it yet.
  get held() {
    const full = this.patient ? this.depth : Infinity;
    const unwanted = this.cr & CR_RTS_ENABLE ? this.mark(this.ifls >> 3) : Infinity;
    return this.lineBytes > 0 && this.rx.length >= Math.min(full, unwanted);
  }

  startReceiving() {
    if (!this.receiving && this.lineBytes && this.running && !this.held) {
      this.receiving = true;
      this.rxAlarm.schedule(this.bitNanos * FRAME_BITS);
    }
  }

  takeFromLine() {
    const byte = this.line[0][this.lineAt++];
    if (this.lineAt === this.line[0].length) {
      this.line.shift();
      this.lineAt = 0;
    }
    if (--this.lineBytes === LINE_MAX / 2) {
      this.onDrained();
    }
    return byte;
  }

  byteArrived() {
    this.receiving = false;
    this.receive(this.takeFromLine());
    this.startReceiving();
  }

  // Once a silence, but a peer who waits is silent for as long as nobody reads: firmware that
  // missed the interrupt (its handler is scheduled, and its queue may be full) gets it again.
  lineIsIdle() {
    this.raise(this.rx.length ? IRQ_RX_TIMEOUT : 0);
    if (this.held) {
      this.timeoutAlarm.schedule(ASK_NANOS);
    }
  }

  receive(byte) {
    if (this.rx.length >= this.depth) {
      this.overrun = true;
      this.lost++;
      this.raise(IRQ_OVERRUN);
      return;
    }
    this.rx.push(this.overrun ? byte | DATA_OVERRUN : byte);
    this.overrun = false;
    this.timeoutAlarm.schedule(this.bitNanos * TIMEOUT_BITS);
    this.raise(this.rx.length >= this.mark(this.ifls >> 3) ? IRQ_RX : 0);
  }

  byteLeft() {
    const byte = this.tx.shift();
    if (this.tx.length) {
      this.txAlarm.schedule(this.bitNanos * FRAME_BITS);
    } else {
      this.sending = false;
    }
    if (this.tx.length === this.mark(this.ifls) || this.depth === 1) {
      this.raise(IRQ_TX);
    }
    if (this.cr & CR_LOOPBACK) {
      this.receive(byte);
    } else {
      this.onByte(byte);
    }
  }

  send(byte) {
    if (this.tx.length < this.depth) {
      this.tx.push(byte);
    }
    if (this.tx.length > this.mark(this.ifls)) {
      this.lower(IRQ_TX);
    }
    if (!this.sending && this.running) {
      this.sending = true;
      this.txAlarm.schedule(this.bitNanos * FRAME_BITS);
    }
  }

  take() {
    const value = this.rx.shift() ?? 0;
    const below = this.rx.length < this.mark(this.ifls >> 3) ? IRQ_RX : 0;
    this.lower(below | (this.rx.length ? 0 : IRQ_RX_TIMEOUT));
    this.startReceiving();
    return value;
  }

  get flags() {
    return (
      (this.tx.length ? 0 : FR_TX_EMPTY) |
      (this.rx.length >= this.depth ? FR_RX_FULL : 0) |
      (this.tx.length >= this.depth ? FR_TX_FULL : 0) |
      (this.rx.length ? 0 : FR_RX_EMPTY) |
      (this.sending ? FR_BUSY : 0)
    );
  }

  readUint32(offset) {
    switch (offset) {
      case DR:
        return this.take();
      case RSR:
        return this.overrun ? 1 << 3 : 0;
      case FR:
        return this.flags;
      case IBRD:
        return this.ibrd;
      case FBRD:
        return this.fbrd;
      case LCR_H:
        return this.lcr;
      case CR:
        return this.cr;
      case IFLS:
        return this.ifls;
      case IMSC:
        return this.mask;
      case RIS:
        return this.raised;
      case MIS:
        return this.raised & this.mask;
      case DMACR:
        return 0;
    }
    return IDENTITY[offset] ?? 0;
  }

  writeUint32(offset, value) {
    switch (offset) {
      case DR:
        this.send(value & 0xff);
        break;
      case RSR:
        this.overrun = false;
        break;
      case IBRD:
        this.ibrd = value & 0xffff;
        break;
      case FBRD:
        this.fbrd = value & 0x3f;
        break;
      case LCR_H:
        this.lcr = value;
        break;
      case CR:
        this.cr = value;
        this.startReceiving();
        break;
      case IFLS:
        this.ifls = value;
        break;
      case IMSC:
        this.mask = value & 0x7ff;
        this.raise(0);
        break;
      case ICR:
        this.lower(this.rawWriteValue);
        break;
    }
  }
}
