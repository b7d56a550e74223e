// A file of 256 registers on I2C: the first byte of a write chooses one, the others follow.
export default class {
  constructor() {
    this.registers = new Uint8Array(256);
    this.at = 0;
  }

  start(reading) {
    this.choosing = !reading;
    return true;
  }

  write(byte) {
    if (this.choosing) {
      this.at = byte;
      this.choosing = false;
    } else {
      this.registers[this.at++ & 0xff] = byte;
    }
    return true;
  }

  read() {
    return this.registers[this.at++ & 0xff];
  }
}
