// Thumb instructions that go elsewhere: [bits, (cpu, opcode) -> cycles].
const LR = 14;

function when(condition) {
  return (cpu, opcode) => {
    if (!condition(cpu)) {
      return 1;
    }
    cpu.pc = (cpu.pc + 2 + ((opcode << 24) >> 23)) | 0;
    return 2;
  };
}

const signed = (cpu) => cpu.nz < 0 === (cpu.v !== 0); // greater or equal

function branch(cpu, opcode) {
  cpu.pc = (cpu.pc + 2 + ((opcode << 21) >> 20)) | 0;
  return 2;
}

function exchange(cpu, opcode) {
  const m = (opcode >> 3) & 15;
  cpu.jump(m === 15 ? cpu.pc + 2 : cpu.r[m]);
  return 2;
}

function callRegister(cpu, opcode) {
  const target = cpu.r[(opcode >> 3) & 15];
  cpu.r[LR] = cpu.pc | 1;
  cpu.pc = target & ~1;
  return 2;
}

// BL is two halfwords:
//   11110 S imm10 | 11 J1 1 J2 imm11   offset: S I1 I2 imm10 imm11 0, where I = not (J xor S)
// Other second halves are barriers and special registers.
function wide(cpu, opcode) {
  const second = cpu.load16(cpu.pc);
  if ((second & 0xd000) !== 0xd000) {
    return cpu.rare();
  }
  const s = (opcode >> 10) & 1;
  const i1 = ((second >> 13) & 1) === s ? 1 : 0;
  const i2 = ((second >> 11) & 1) === s ? 1 : 0;
  const offset =
    (-s << 24) | (i1 << 23) | (i2 << 22) | ((opcode & 0x3ff) << 12) | ((second & 0x7ff) << 1);
  cpu.r[LR] = (cpu.pc + 2) | 1;
  cpu.pc = (cpu.pc + 2 + offset) | 0;
  return 3;
}

export const branches = [
  ['11010000', when((cpu) => cpu.nz === 0)],
  ['11010001', when((cpu) => cpu.nz !== 0)],
  ['11010010', when((cpu) => cpu.c)],
  ['11010011', when((cpu) => !cpu.c)],
  ['11010100', when((cpu) => cpu.nz < 0)],
  ['11010101', when((cpu) => cpu.nz >= 0)],
  ['11010110', when((cpu) => cpu.v)],
  ['11010111', when((cpu) => !cpu.v)],
  ['11011000', when((cpu) => cpu.c && cpu.nz !== 0)],
  ['11011001', when((cpu) => !cpu.c || cpu.nz === 0)],
  ['11011010', when(signed)],
  ['11011011', when((cpu) => !signed(cpu))],
  ['11011100', when((cpu) => cpu.nz !== 0 && signed(cpu))],
  ['11011101', when((cpu) => cpu.nz === 0 || !signed(cpu))],
  ['11100', branch],
  ['010001110', exchange],
  ['010001111', callRegister],
  ['11110', wide],
];
