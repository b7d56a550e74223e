// Thumb instructions that only calculate: [bits, (cpu, opcode) -> cycles]. In the bits, m and n
// are source registers, d the destination, i an immediate.
const SP = 13;
const PC = 15;

function add(cpu, a, b, carry) {
  const sum = (a >>> 0) + (b >>> 0) + carry;
  const result = sum | 0;
  cpu.nz = result;
  cpu.c = sum > 0xffffffff ? 1 : 0;
  cpu.v = ((a ^ result) & (b ^ result)) >>> 31;
  return result;
}

function shiftLeft(cpu, value, by) {
  if (by) {
    cpu.c = by <= 32 ? (value >>> (32 - by)) & 1 : 0;
    value = by < 32 ? value << by : 0;
  }
  return (cpu.nz = value);
}

function shiftRight(cpu, value, by) {
  if (by) {
    cpu.c = by <= 32 ? (value >>> (by - 1)) & 1 : 0;
    value = by < 32 ? (value >>> by) | 0 : 0;
  }
  return (cpu.nz = value);
}

function shiftSigned(cpu, value, by) {
  if (by) {
    cpu.c = (value >> Math.min(by - 1, 31)) & 1;
    value >>= Math.min(by, 31);
  }
  return (cpu.nz = value);
}

function rotate(cpu, value, by) {
  if (by) {
    value = (value >>> (by & 31)) | ((by & 31) && value << (32 - (by & 31)));
    cpu.c = value >>> 31;
  }
  return (cpu.nz = value);
}

const low = (opcode) => opcode & 7;
const middle = (opcode) => (opcode >> 3) & 7;
const high = (opcode) => (opcode >> 6) & 7;
const immediate5 = (opcode) => (opcode >> 6) & 31;

// Two registers: operate(cpu, r[d], r[m]) -> the new r[d]
function both(operate) {
  return (cpu, opcode) => {
    const { r } = cpu;
    const d = opcode & 7;
    r[d] = operate(cpu, r[d], r[(opcode >> 3) & 7]);
    return 1;
  };
}

// One register and 8 bits.
function byImmediate(operate) {
  return (cpu, opcode) => {
    operate(cpu, cpu.r, (opcode >> 8) & 7, opcode & 0xff);
    return 1;
  };
}

// The source of ADD, CMP and MOV may be any register; PC reads as two instructions further.
function anyRegister(cpu, number) {
  return number === PC ? (cpu.pc + 2) | 0 : cpu.r[number];
}

function setAnyRegister(cpu, number, value) {
  if (number === PC) {
    cpu.pc = value & ~1;
    return 2;
  }
  cpu.r[number] = number === SP ? value & ~3 : value;
  return 1;
}

function extended(extend) {
  return (cpu, opcode) => {
    cpu.r[low(opcode)] = extend(cpu.r[middle(opcode)]);
    return 1;
  };
}

const swap16 = (v) => ((v & 0xff00ff) << 8) | ((v >>> 8) & 0xff00ff);

const registers = [
  ['0100000000', both((cpu, a, b) => (cpu.nz = a & b))],
  ['0100000001', both((cpu, a, b) => (cpu.nz = a ^ b))],
  ['0100000010', both((cpu, a, b) => shiftLeft(cpu, a, b & 0xff))],
  ['0100000011', both((cpu, a, b) => shiftRight(cpu, a, b & 0xff))],
  ['0100000100', both((cpu, a, b) => shiftSigned(cpu, a, b & 0xff))],
  ['0100000101', both((cpu, a, b) => add(cpu, a, b, cpu.c))],
  ['0100000110', both((cpu, a, b) => add(cpu, a, ~b, cpu.c))],
  ['0100000111', both((cpu, a, b) => rotate(cpu, a, b & 0xff))],
  ['0100001000', both((cpu, a, b) => ((cpu.nz = a & b), a))],
  ['0100001001', both((cpu, a, b) => add(cpu, ~b, 0, 1))],
  ['0100001010', both((cpu, a, b) => (add(cpu, a, ~b, 1), a))],
  ['0100001011', both((cpu, a, b) => (add(cpu, a, b, 0), a))],
  ['0100001100', both((cpu, a, b) => (cpu.nz = a | b))],
  ['0100001101', both((cpu, a, b) => (cpu.nz = Math.imul(a, b)))],
  ['0100001110', both((cpu, a, b) => (cpu.nz = a & ~b))],
  ['0100001111', both((cpu, a, b) => (cpu.nz = ~b))],
];

function shifted(shift, zeroMeans) {
  return (cpu, opcode) => {
    const by = immediate5(opcode) || zeroMeans;
    cpu.r[low(opcode)] = shift(cpu, cpu.r[middle(opcode)], by);
    return 1;
  };
}

const immediates = [
  ['00000 iiiii mmm ddd', shifted(shiftLeft, 0)],
  ['00001 iiiii mmm ddd', shifted(shiftRight, 32)],
  ['00010 iiiii mmm ddd', shifted(shiftSigned, 32)],
  ['0001100 mmm nnn ddd', (cpu, o) => three(cpu, o, cpu.r[high(o)], 0)],
  ['0001101 mmm nnn ddd', (cpu, o) => three(cpu, o, ~cpu.r[high(o)], 1)],
  ['0001110 iii nnn ddd', (cpu, o) => three(cpu, o, high(o), 0)],
  ['0001111 iii nnn ddd', (cpu, o) => three(cpu, o, ~high(o), 1)],
  ['00100 ddd', byImmediate((cpu, r, d, i) => (r[d] = cpu.nz = i))],
  ['00101 nnn', byImmediate((cpu, r, n, i) => add(cpu, r[n], ~i, 1))],
  ['00110 ddd', byImmediate((cpu, r, d, i) => (r[d] = add(cpu, r[d], i, 0)))],
  ['00111 ddd', byImmediate((cpu, r, d, i) => (r[d] = add(cpu, r[d], ~i, 1)))],
];

function three(cpu, opcode, operand, carry) {
  cpu.r[low(opcode)] = add(cpu, cpu.r[middle(opcode)], operand, carry);
  return 1;
}

const destination = (opcode) => ((opcode >> 4) & 8) | (opcode & 7);
const source = (opcode) => (opcode >> 3) & 15;

const wide = [
  [
    '01000100 d mmmm ddd',
    (cpu, o) => {
      const d = destination(o);
      const sum = (anyRegister(cpu, d) + anyRegister(cpu, source(o))) | 0;
      return setAnyRegister(cpu, d, sum);
    },
  ],
  [
    '01000101 n mmmm nnn',
    (cpu, o) => {
      add(cpu, anyRegister(cpu, destination(o)), ~anyRegister(cpu, source(o)), 1);
      return 1;
    },
  ],
  [
    '01000110 d mmmm ddd',
    (cpu, o) => setAnyRegister(cpu, destination(o), anyRegister(cpu, source(o))),
  ],
  [
    '10100 ddd',
    (cpu, o) => {
      cpu.r[(o >> 8) & 7] = ((cpu.pc + 2) & ~3) + ((o & 0xff) << 2);
      return 1;
    },
  ],
  [
    '10101 ddd',
    (cpu, o) => {
      cpu.r[(o >> 8) & 7] = cpu.r[SP] + ((o & 0xff) << 2);
      return 1;
    },
  ],
  [
    '101100000',
    (cpu, o) => {
      cpu.r[SP] += (o & 0x7f) << 2;
      return 1;
    },
  ],
  [
    '101100001',
    (cpu, o) => {
      cpu.r[SP] -= (o & 0x7f) << 2;
      return 1;
    },
  ],
];

const conversions = [
  ['1011001000', extended((v) => (v << 16) >> 16)],
  ['1011001001', extended((v) => (v << 24) >> 24)],
  ['1011001010', extended((v) => v & 0xffff)],
  ['1011001011', extended((v) => v & 0xff)],
  ['1011101000', extended((v) => (swap16(v) << 16) | (swap16(v) >>> 16))],
  ['1011101001', extended(swap16)],
  ['1011101011', extended((v) => (swap16(v) << 16) >> 16)],
  ['1011111100000000', () => 1], // NOP
];

export const calculations = [...registers, ...immediates, ...wide, ...conversions];
