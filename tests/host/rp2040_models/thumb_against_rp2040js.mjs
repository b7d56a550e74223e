// Runs random instructions on our core and on rp2040js' own, and compares what they leave.
// usage: node thumb_against_rp2040js.mjs BUILD_FOLDER COUNT
import path from 'node:path';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const [folder, count] = [process.argv[2], Number(process.argv[3])];
const { Thumb } = await import(pathToFileURL(path.join(folder, 'thumb.mjs')));
const require = createRequire(pathToFileURL(path.join(folder, 'main.mjs')));
const { RP2040 } = require('rp2040js');

const SRAM = 0x20000000;
const CODE = 0x1000; // offsets in SRAM
const DATA = 0x20000;
const INTERESTING = [0, 1, 2, 31, 32, 33, 0x7fffffff, 0x80000000, 0xffffffff, 0xffff8000];

let seed = 1;
function random() {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
  return ((seed >>> 8) ^ (seed << 8)) >>> 0;
}

function value() {
  return random() % 3 ? random() : INTERESTING[random() % INTERESTING.length];
}

// rp2040js computes V of ADCS and SBCS wrongly when the carry overflows the second operand.
const withCarry = (opcode) => [0b0100000101, 0b0100000110].includes(opcode >> 6);
// And C of shifts by a register that holds 0 or more than 32.
const SHIFTS = [0b0100000010, 0b0100000011, 0b0100000100, 0b0100000111];
const byRegister = (opcode) => SHIFTS.includes(opcode >> 6);
// Not for comparison: sleep, exceptions, breakpoints, special registers, undefined opcodes.
function compared(opcode) {
  const wide = opcode >> 11 >= 0b11101;
  const system = opcode >> 8 === 0b10111110 || opcode >> 8 === 0b10111111;
  const undefined_ = opcode >> 8 === 0xb6 || [0b1101111, 0b1011000].includes(opcode >> 9);
  const holes = [0b10111000, 0b10111001, 0b10111011, 0b10110001, 0b10110011];
  const blx = opcode >> 8 === 0b01000111 || opcode >> 6 === 0b1011101010;
  // STM writes its base back even when it is stored too; rp2040js does not.
  const stm = opcode >> 11 === 0b11000 && opcode & (1 << ((opcode >> 8) & 7));
  return !wide && !system && !undefined_ && !blx && !stm && !holes.includes(opcode >> 8);
}

function chip() {
  const made = new RP2040();
  made.logger = { debug() {}, info() {}, warn() {}, error() {} };
  return made;
}

const theirs = chip();
const ours = chip();
const cpu = new Thumb(ours);

function set(target, state, opcode) {
  const { core } = target;
  target.sram.set(state.memory, DATA);
  new DataView(target.sram.buffer).setUint16(CODE, opcode, true);
  state.registers.forEach((v, i) => (core.registers[i] = v));
  [core.N, core.Z, core.C, core.V] = state.flags;
  core.SP = SRAM + DATA + 512;
  core.PC = SRAM + CODE;
}

function left(target) {
  const { core } = target;
  const flags = [core.N, core.Z, core.C, core.V];
  const memory = Buffer.from(target.sram.subarray(DATA, DATA + 2048)).toString('hex');
  return JSON.stringify({ registers: [...core.registers], flags, memory });
}

let done = 0;
while (done < count) {
  const opcode = random() & 0xffff;
  if (!compared(opcode)) {
    continue;
  }
  const memoryAccess = opcode >> 12 >= 5 && opcode >> 12 <= 12;
  const registers = Array.from({ length: 16 }, value);
  if (memoryAccess) {
    // Base + index registers stay inside the data, on word boundaries.
    for (let i = 0; i < 8; i++) {
      registers[i] = SRAM + DATA + 1024 + 4 * (random() % 64);
    }
    if (opcode >> 12 === 5) {
      registers[(opcode >> 6) & 7] = 4 * (random() % 16);
    }
  }
  const flags = [random() & 4, 0, random() & 8, random() & 16].map(Boolean);
  const state = { registers, flags, memory: Buffer.alloc(2048).map(() => random()) };
  set(theirs, state, opcode);
  set(ours, state, opcode);
  theirs.core.executeInstruction();
  cpu.adopt();
  cpu.horizon = 1;
  cpu.pending = 0;
  cpu.batch();
  cpu.publish();
  if (withCarry(opcode)) {
    theirs.core.V = ours.core.V;
  }
  const by = registers[(opcode >> 3) & 7] & 0xff;
  if (byRegister(opcode) && (by === 0 || by > 32)) {
    theirs.core.C = ours.core.C;
  }
  if (left(ours) !== left(theirs)) {
    console.log(`opcode ${opcode.toString(16)} from ${JSON.stringify(state.registers)}`);
    console.log(`flags ${flags}\nours   ${left(ours)}\ntheirs ${left(theirs)}`);
    process.exit(1);
  }
  done++;
}
console.log(`${done} instructions agree`);
