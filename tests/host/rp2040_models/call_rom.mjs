// Calls functions of the boot ROM on the emulated core, as firmware would.
// usage: node call_rom.mjs BUILD_FOLDER < calls   one JSON a line: [table, index, [words], words
// of the result]; prints the result's words, one JSON a line. table: "SF", "SD" or "functions".
import fs from 'node:fs';
import path from 'node:path';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const folder = process.argv[2];
const { Thumb } = await import(pathToFileURL(path.join(folder, 'thumb.mjs')));
const require = createRequire(pathToFileURL(path.join(folder, 'main.mjs')));
const { RP2040 } = require('rp2040js');

const LANDING = 0x20000000; // the functions return here
const STACK = 0x20040000;
const chip = new RP2040();
const rom = fs.readFileSync(path.join(folder, 'rom.bin'));
new Uint8Array(chip.bootrom.buffer).set(rom);
const cpu = new Thumb(chip);
const { core } = chip;

const word = (at) => rom.readUInt32LE(at);
const half = (at) => rom.readUInt16LE(at);

// The tables are rows of code and address; the lookup function's own way is not tested here.
function find(table, code) {
  for (let at = half(table); word(at); at += 8) {
    if (word(at) === code.charCodeAt(0) + code.charCodeAt(1) * 256) {
      return word(at + 4);
    }
  }
  throw new Error(`the ROM has no ${code}`);
}

function address(table, index) {
  return table === 'functions' ? find(0x14, index) : word(find(0x16, table) + 4 * index);
}

function call(target, words) {
  words.forEach((value, i) => (core.registers[i] = value));
  core.SP = STACK;
  core.LR = LANDING | 1;
  core.PC = target & ~1;
  cpu.adopt();
  for (let steps = 0; cpu.pc !== LANDING; steps++) {
    if (steps > 100000) {
      throw new Error(`the function at ${target.toString(16)} does not return`);
    }
    cpu.horizon = 1;
    cpu.pending = 0;
    cpu.batch();
  }
}

for (const line of fs.readFileSync(0, 'utf8').split('\n').filter(Boolean)) {
  const [table, index, words, size] = JSON.parse(line);
  call(address(table, index), words);
  console.log(JSON.stringify([...core.registers.subarray(0, size)]));
}
