// Thumb instructions that load and store: [bits, (cpu, opcode) -> cycles].
const SP = 13;
const LR = 14;
const CYCLES = 2;

const middle = (cpu, opcode) => cpu.r[(opcode >> 3) & 7];
const immediate5 = (opcode) => (opcode >> 6) & 31;
const byRegister = (cpu, opcode) => (middle(cpu, opcode) + cpu.r[(opcode >> 6) & 7]) | 0;

// access(cpu, address, opcode) with the address that at(cpu, opcode) makes
function through(at, access) {
  return (cpu, opcode) => {
    access(cpu, at(cpu, opcode), opcode & 7);
    return CYCLES;
  };
}

const store32 = (cpu, address, d) => cpu.store32(address, cpu.r[d]);
const store16 = (cpu, address, d) => cpu.store16(address, cpu.r[d]);
const store8 = (cpu, address, d) => cpu.store8(address, cpu.r[d]);
const load32 = (cpu, address, d) => (cpu.r[d] = cpu.load32(address));
const load16 = (cpu, address, d) => (cpu.r[d] = cpu.load16(address));
const load8 = (cpu, address, d) => (cpu.r[d] = cpu.load8(address));
const loadSigned16 = (cpu, address, d) => (cpu.r[d] = (cpu.load16(address) << 16) >> 16);
const loadSigned8 = (cpu, address, d) => (cpu.r[d] = (cpu.load8(address) << 24) >> 24);

const words = (cpu, opcode) => (middle(cpu, opcode) + (immediate5(opcode) << 2)) | 0;
const halves = (cpu, opcode) => (middle(cpu, opcode) + (immediate5(opcode) << 1)) | 0;
const bytes = (cpu, opcode) => (middle(cpu, opcode) + immediate5(opcode)) | 0;

function storeToStack(cpu, opcode) {
  cpu.store32((cpu.r[SP] + ((opcode & 0xff) << 2)) | 0, cpu.r[(opcode >> 8) & 7]);
  return CYCLES;
}

function loadFromStack(cpu, opcode) {
  cpu.r[(opcode >> 8) & 7] = cpu.load32((cpu.r[SP] + ((opcode & 0xff) << 2)) | 0);
  return CYCLES;
}

function loadLiteral(cpu, opcode) {
  const base = (cpu.pc + 2) & ~3;
  cpu.r[(opcode >> 8) & 7] = cpu.load32((base + ((opcode & 0xff) << 2)) | 0);
  return CYCLES;
}

function storeList(cpu, address, list) {
  for (let i = 0; list; i++, list >>= 1) {
    if (list & 1) {
      cpu.store32(address, cpu.r[i]);
      address = (address + 4) | 0;
    }
  }
  return address;
}

function loadList(cpu, address, list) {
  for (let i = 0; list; i++, list >>= 1) {
    if (list & 1) {
      cpu.r[i] = cpu.load32(address);
      address = (address + 4) | 0;
    }
  }
  return address;
}

function count(list) {
  let n = 0;
  for (; list; list &= list - 1) {
    n++;
  }
  return n;
}

function storeMultiple(cpu, opcode) {
  const n = (opcode >> 8) & 7;
  cpu.r[n] = storeList(cpu, cpu.r[n], opcode & 0xff);
  return 1 + count(opcode & 0xff);
}

function loadMultiple(cpu, opcode) {
  const n = (opcode >> 8) & 7;
  const end = loadList(cpu, cpu.r[n], opcode & 0xff);
  if (!(opcode & (1 << n))) {
    cpu.r[n] = end;
  }
  return 1 + count(opcode & 0xff);
}

function push(cpu, opcode) {
  const n = count(opcode & 0x1ff);
  const start = (cpu.r[SP] - 4 * n) | 0;
  const end = storeList(cpu, start, opcode & 0xff);
  if (opcode & 0x100) {
    cpu.store32(end, cpu.r[LR]);
  }
  cpu.r[SP] = start;
  return 1 + n;
}

function pop(cpu, opcode) {
  let end = loadList(cpu, cpu.r[SP], opcode & 0xff);
  if (!(opcode & 0x100)) {
    cpu.r[SP] = end;
    return 1 + count(opcode & 0xff);
  }
  const target = cpu.load32(end);
  cpu.r[SP] = end + 4;
  cpu.jump(target);
  return 4 + count(opcode & 0xff);
}

export const transfers = [
  ['01001 ddd', loadLiteral],
  ['0101000', through(byRegister, store32)],
  ['0101001', through(byRegister, store16)],
  ['0101010', through(byRegister, store8)],
  ['0101011', through(byRegister, loadSigned8)],
  ['0101100', through(byRegister, load32)],
  ['0101101', through(byRegister, load16)],
  ['0101110', through(byRegister, load8)],
  ['0101111', through(byRegister, loadSigned16)],
  ['01100', through(words, store32)],
  ['01101', through(words, load32)],
  ['01110', through(bytes, store8)],
  ['01111', through(bytes, load8)],
  ['10000', through(halves, store16)],
  ['10001', through(halves, load16)],
  ['10010', storeToStack],
  ['10011', loadFromStack],
  ['1011010', push],
  ['1011110', pop],
  ['11000', storeMultiple],
  ['11001', loadMultiple],
];
