import { branches } from './thumb_branch.mjs';
import { calculations } from './thumb_calculate.mjs';
import { transfers } from './thumb_memory.mjs';

// A table of what belongs to each of the 65536 opcodes: patterns are [bits, thing]. In the bits 0
// and 1 must match, the rest are operands.
export function decodeTable(patterns, otherwise) {
  const table = new Array(65536).fill(otherwise);
  for (const [pattern, thing] of patterns) {
    const bits = pattern.replaceAll(' ', '').padEnd(16, '.');
    const value = parseInt(bits.replace(/[^01]/g, '0'), 2);
    const mask = parseInt(bits.replace(/[01]/g, '1').replace(/[^1]/g, '0'), 2);
    for (let opcode = 0; opcode < 65536; opcode++) {
      if ((opcode & mask) === value) {
        table[opcode] = thing;
      }
    }
  }
  return table;
}

// How each opcode is interpreted: (cpu, opcode) -> cycles.
const all = [...calculations, ...transfers, ...branches];
export const TABLE = decodeTable(all, (cpu) => cpu.rare());
