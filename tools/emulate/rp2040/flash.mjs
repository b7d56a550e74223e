// The 2 MB of flash: erase and program for the boot ROM, the serial commands that firmware
// sends by itself, and the file that keeps it all.
import fs from 'node:fs';

export const FLASH_BYTES = 2 * 1024 * 1024;
const XIP_BASE = 0x10000000;
const SECTOR = 4096;
const JEDEC_ID = 0x9f;
const UNIQUE_ID = 0x4b;

export class Flash {
  // file: null for a flash that is forgotten; id: 8 bytes
  constructor(file, id) {
    this.file = file;
    this.id = id;
    this.bytes = new Uint8Array(FLASH_BYTES).fill(0xff);
    this.dirty = false;
    this.erased = 0;
    this.programmed = 0;
    if (file && fs.existsSync(file)) {
      const kept = fs.readFileSync(file);
      if (kept.length !== FLASH_BYTES) {
        throw new Error(`${file} is no image of a ${FLASH_BYTES}-byte flash: remove it`);
      }
      this.bytes.set(kept);
    }
  }

  // Puts a UF2's blocks in place; sectors that it does not touch stay.
  load(blocks) {
    const sectors = new Set(blocks.map((b) => Math.floor((b.address - XIP_BASE) / SECTOR)));
    for (const { address, bytes } of blocks) {
      if (address < XIP_BASE || address + bytes.length > XIP_BASE + FLASH_BYTES) {
        throw new Error(`the UF2 writes to ${address.toString(16)}: outside of the flash`);
      }
    }
    for (const sector of sectors) {
      this.bytes.fill(0xff, sector * SECTOR, (sector + 1) * SECTOR);
    }
    for (const { address, bytes } of blocks) {
      this.bytes.set(bytes, address - XIP_BASE);
    }
    this.dirty = true;
  }

  erase(address, count) {
    this.bytes.fill(0xff, address, address + count);
    this.erased += count;
    this.dirty = true;
  }

  // Programming only clears bits.
  program(address, data) {
    for (let i = 0; i < data.length; i++) {
      this.bytes[address + i] &= data[i];
    }
    this.programmed += data.length;
    this.dirty = true;
  }

  // Whoever reads the file sees the old flash or the new one, never half of each.
  save() {
    if (!this.dirty || !this.file) {
      return;
    }
    const half = `${this.file}.new`;
    fs.writeFileSync(half, this.bytes);
    fs.renameSync(half, this.file);
    this.dirty = false;
  }

  // What the chip answers while byte is sent; sent: the bytes before it of the same command.
  answer(sent, byte) {
    sent.push(byte);
    const at = sent.length - 1;
    switch (sent[0]) {
      case JEDEC_ID:
        return [0xff, 0xef, 0x40, 0x15][at] ?? 0xff;
      case UNIQUE_ID:
        return at > 4 ? (this.id[at - 5] ?? 0xff) : 0xff;
      default:
        return 0; // a status: not busy
    }
  }
}
