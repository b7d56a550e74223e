// Code in flash that runs often, as JavaScript: a block goes from one instruction up to where it
// leaves for good (a call, a return, an instruction that is rare); branches on conditions leave it
// on the way. Registers are literals then, and flags are variables.
import { decodeTable, TABLE } from './thumb_decode.mjs';

const SP = 13;
const LR = 14;
const PC = 15;
const SRAM = 0x20000000;
const MAX = 40; // instructions of a block
export const REACH = 2 * MAX + 1024; // bytes behind a block's begin that it may have been made of

const low = (o) => o & 7;
const middle = (o) => (o >> 3) & 7;
const high = (o) => (o >> 6) & 7;
const eighth = (o) => (o >> 8) & 7;
const byte = (o) => o & 0xff;
const five = (o) => (o >> 6) & 31;
const reg = (n) => `r[${n}]`;
const FLAGS = 'cpu.nz = nz; cpu.c = c; cpu.v = v;';
const ADOPT = 'nz = cpu.nz; c = cpu.c; v = cpu.v;';

// ---- what an instruction does, as text

const sum = (to, a, b) => `{
  const a = ${a}, b = ${b}, s = (a + b) | 0;
  c = s >>> 0 < a >>> 0 ? 1 : 0; v = ((a ^ s) & (b ^ s)) >>> 31; nz = ${to}s;
}`;
const difference = (to, a, b) => `{
  const a = ${a}, b = ${b}, s = (a - b) | 0;
  c = a >>> 0 >= b >>> 0 ? 1 : 0; v = ((a ^ b) & (a ^ s)) >>> 31; nz = ${to}s;
}`;

const logic = (text) => (o) =>
  `${text.replaceAll('$d', reg(low(o))).replaceAll('$m', reg(middle(o)))};`;

function shift(o, zeroMeans, carry, value) {
  const by = five(o) || zeroMeans;
  if (!by) {
    return `nz = ${reg(low(o))} = ${reg(middle(o))};`;
  }
  return `{ const x = ${reg(middle(o))}; c = ${carry(by)}; nz = ${reg(low(o))} = ${value(by)}; }`;
}

const calculations = [
  ['0100000000', logic('nz = $d = $d & $m')],
  ['0100000001', logic('nz = $d = $d ^ $m')],
  ['0100001000', logic('nz = $d & $m')],
  ['0100001001', (o) => difference(`${reg(low(o))} = `, '0', reg(middle(o)))],
  ['0100001010', (o) => difference('', reg(low(o)), reg(middle(o)))],
  ['0100001100', logic('nz = $d = $d | $m')],
  ['0100001101', logic('nz = $d = Math.imul($d, $m)')],
  ['0100001110', logic('nz = $d = $d & ~$m')],
  ['0100001111', logic('nz = $d = ~$m')],
  ['1011001000', logic('$d = ($m << 16) >> 16')],
  ['1011001001', logic('$d = ($m << 24) >> 24')],
  ['1011001010', logic('$d = $m & 0xffff')],
  ['1011001011', logic('$d = $m & 0xff')],
  ['00000', (o) => shift(o, 0, (by) => `(x >>> ${32 - by}) & 1`, (by) => `x << ${by}`)],
  [
    '00001',
    (o) =>
      shift(
        o,
        32,
        (by) => `(x >>> ${by - 1}) & 1`,
        (by) => (by < 32 ? `(x >>> ${by}) | 0` : 0),
      ),
  ],
  [
    '00010',
    (o) => shift(o, 32, (by) => `(x >> ${by - 1}) & 1`, (by) => `x >> ${Math.min(by, 31)}`),
  ],
  ['0001100', (o) => sum(`${reg(low(o))} = `, reg(middle(o)), reg(high(o)))],
  ['0001101', (o) => difference(`${reg(low(o))} = `, reg(middle(o)), reg(high(o)))],
  ['0001110', (o) => sum(`${reg(low(o))} = `, reg(middle(o)), high(o))],
  ['0001111', (o) => difference(`${reg(low(o))} = `, reg(middle(o)), high(o))],
  ['00100', (o) => `nz = ${reg(eighth(o))} = ${byte(o)};`],
  ['00101', (o) => difference('', reg(eighth(o)), byte(o))],
  ['00110', (o) => sum(`${reg(eighth(o))} = `, reg(eighth(o)), byte(o))],
  ['00111', (o) => difference(`${reg(eighth(o))} = `, reg(eighth(o)), byte(o))],
  ['10100', (o, at) => `${reg(eighth(o))} = ${((at + 4) & ~3) + byte(o) * 4};`],
  ['10101', (o) => `${reg(eighth(o))} = ${reg(SP)} + ${byte(o) * 4};`],
  ['101100000', (o) => `${reg(SP)} += ${(o & 0x7f) * 4};`],
  ['101100001', (o) => `${reg(SP)} -= ${(o & 0x7f) * 4};`],
];

const destination = (o) => ((o >> 4) & 8) | (o & 7);
const source = (o) => (o >> 3) & 15;
const any = (n, at) => (n === PC ? at + 4 : reg(n));
const kept = (d, text) => (d === SP ? `(${text}) & ~3` : text);

const wide = [
  [
    '01000100',
    (o, at) => {
      const d = destination(o);
      return d === PC ? null : `${reg(d)} = ${kept(d, `${reg(d)} + ${any(source(o), at)}`)};`;
    },
  ],
  ['01000101', (o, at) => difference('', any(destination(o), at), any(source(o), at))],
  [
    '01000110',
    (o, at) => {
      const d = destination(o);
      return d === PC ? null : `${reg(d)} = ${kept(d, any(source(o), at))};`;
    },
  ],
];

// ---- memory: the RAM at once, the rest as the interpreter has it

const ALIGNED = { 8: '', 16: ' && !(a & 1)', 32: ' && !(a & 3)' };
const SCALE = { 8: 'o', 16: 'o >> 1', 32: 'o >> 2' };

function load(to, address, bits, extend = (x) => x) {
  const quick = `s${bits}[${SCALE[bits]}]`;
  return `{
  const a = ${address}, o = (a - ${SRAM}) >>> 0;
  ${to} = ${extend(`(o < size${ALIGNED[bits]} ? ${quick} : cpu.load${bits}(a))`)};
}`;
}

function store(address, value, bits) {
  return `{
  const a = ${address}, o = (a - ${SRAM}) >>> 0;
  if (o < size${ALIGNED[bits]}) s${bits}[${SCALE[bits]}] = ${value};
  else cpu.store${bits}(a, ${value});
}`;
}

const bySum = (o) => `(${reg(middle(o))} + ${reg(high(o))}) | 0`;
const byOffset = (scale) => (o) => `(${reg(middle(o))} + ${five(o) * scale}) | 0`;
const onStack = (o) => `(${reg(SP)} + ${byte(o) * 4}) | 0`;
const signed = (bits) => (x) => `(${x} << ${32 - bits}) >> ${32 - bits}`;
const loads = (at, bits, extend) => (o) => load(reg(low(o)), at(o), bits, extend);
const stores = (at, bits) => (o) => store(at(o), reg(low(o)), bits);
const listed = (list) => [...Array(8).keys()].filter((n) => list & (1 << n));

const transfers = [
  ['01001', (o, at, cpu) => `${reg(eighth(o))} = ${cpu.load32(((at + 4) & ~3) + byte(o) * 4)};`],
  ['0101000', stores(bySum, 32)],
  ['0101001', stores(bySum, 16)],
  ['0101010', stores(bySum, 8)],
  ['0101011', loads(bySum, 8, signed(8))],
  ['0101100', loads(bySum, 32)],
  ['0101101', loads(bySum, 16)],
  ['0101110', loads(bySum, 8)],
  ['0101111', loads(bySum, 16, signed(16))],
  ['01100', stores(byOffset(4), 32)],
  ['01101', loads(byOffset(4), 32)],
  ['01110', stores(byOffset(1), 8)],
  ['01111', loads(byOffset(1), 8)],
  ['10000', stores(byOffset(2), 16)],
  ['10001', loads(byOffset(2), 16)],
  ['10010', (o) => store(onStack(o), reg(eighth(o)), 32)],
  ['10011', (o) => load(reg(eighth(o)), onStack(o), 32)],
];

function push(o) {
  const from = [...listed(o & 0xff), ...(o & 0x100 ? [LR] : [])];
  const start = `const p = (${reg(SP)} - ${4 * from.length}) | 0;`;
  const moved = from.map((n, i) => store(`p + ${4 * i}`, reg(n), 32));
  return [`{ ${start}`, ...moved, `${reg(SP)} = p; }`].join('\n');
}

// The words from where SP points; the last one of them is where to go.
function pop(o) {
  const to = listed(o & 0xff);
  const moved = to.map((n, i) => load(reg(n), `p + ${4 * i}`, 32));
  return [`const p = ${reg(SP)};`, ...moved, `${reg(SP)} = p + ${4 * to.length};`].join('\n');
}

// What is seldom is left to the interpreter's function.
const SELDOM = [
  '010000001',
  '0100000100',
  '0100000101',
  '0100000110',
  '0100000111',
  '0100001011',
  '1011101000',
  '1011101001',
  '1011101011',
  '1011111100000000',
  '11000',
  '11001',
].map((bits) => [bits, (o) => `${FLAGS} table[${o}](cpu, ${o}); ${ADOPT}`]);

// ---- where to go on: how an instruction leaves the block

const CONDITIONS = [
  'nz === 0',
  'nz !== 0',
  'c',
  '!c',
  'nz < 0',
  'nz >= 0',
  'v',
  '!v',
  'c && nz !== 0',
  '!c || nz === 0',
  'nz < 0 === (v !== 0)',
  'nz < 0 !== (v !== 0)',
  'nz !== 0 && nz < 0 === (v !== 0)',
  'nz === 0 || nz < 0 !== (v !== 0)',
];

class Block {
  constructor(cpu, begin) {
    Object.assign(this, { cpu, at: begin, text: [], cycles: 0, count: 0, over: false });
  }

  leave(cycles, go) {
    return `${FLAGS} cpu.count += ${this.count}; ${go} return ${this.cycles + cycles};`;
  }

  to(cycles, address) {
    return this.leave(cycles, `cpu.pc = ${address | 0};`);
  }

  end(text) {
    this.text.push(text);
    this.over = true;
  }

  conditional(o) {
    const target = this.at + 4 + ((o << 24) >> 23);
    this.text.push(`if (${CONDITIONS[(o >> 8) & 15]}) { ${this.to(2, target)} }`);
    this.cycles += 1;
  }

  // A call of a function: two halfwords, see thumb_branch.mjs.
  call(o) {
    const second = this.cpu.load16(this.at + 2);
    if ((second & 0xd000) !== 0xd000) {
      this.stop();
      return;
    }
    const s = (o >> 10) & 1;
    const i1 = ((second >> 13) & 1) === s ? 1 : 0;
    const i2 = ((second >> 11) & 1) === s ? 1 : 0;
    const offset =
      (-s << 24) | (i1 << 23) | (i2 << 22) | ((o & 0x3ff) << 12) | ((second & 0x7ff) << 1);
    this.end(`${reg(LR)} = ${(this.at + 4) | 1}; ${this.to(3, this.at + 4 + offset)}`);
  }

  // The instruction stays with the interpreter.
  stop() {
    this.count -= 1;
    this.end(this.to(0, this.at));
  }

  leaves(o) {
    if (o >> 12 === 0b1101 && ((o >> 8) & 15) < CONDITIONS.length) {
      this.conditional(o);
    } else if (o >> 11 === 0b11100) {
      this.end(this.to(2, this.at + 4 + ((o << 21) >> 20)));
    } else if (o >> 11 === 0b11110) {
      this.call(o);
    } else if ((o & 0xff87) === 0x4700 && source(o) !== PC) {
      this.end(this.leave(2, `cpu.jump(${reg(source(o))});`));
    } else if ((o & 0xff87) === 0x4780 && source(o) !== PC) {
      const back = `${reg(LR)} = ${(this.at + 2) | 1};`;
      const go = `const t = ${reg(source(o))}; ${back} cpu.pc = t & ~1;`;
      this.end(this.leave(2, go));
    } else if (o >> 8 === 0b10111101) {
      const cycles = 4 + listed(o).length;
      const go = `const t = cpu.load32(${reg(SP)}); ${reg(SP)} += 4; cpu.jump(t);`;
      this.end(`${pop(o)} ${this.leave(cycles, go)}`);
    } else {
      return false;
    }
    return true;
  }

  add() {
    const o = this.cpu.load16(this.at);
    this.count += 1;
    if (!this.leaves(o)) {
      const [make, cycles] = TEXTS[o];
      const text = make && make(o, this.at, this.cpu);
      if (!text) {
        this.stop();
        return;
      }
      this.text.push(text);
      this.cycles += cycles(o);
    }
    this.at += 2;
  }

  source() {
    while (!this.over && this.count < MAX) {
      this.add();
    }
    if (!this.over) {
      this.text.push(this.to(0, this.at));
    }
    return `return (cpu) => {
let nz = cpu.nz, c = cpu.c, v = cpu.v;
${this.text.join('\n')}
}`;
  }
}

const costs = (patterns, cycles) => patterns.map(([bits, make]) => [bits, [make, cycles]]);
const several = (o) => 1 + listed(byte(o)).length;
const TEXTS = decodeTable(
  [
    ...costs(SELDOM, (o) => (o >> 13 === 0b110 ? several(o) : 1)),
    ...costs([...calculations, ...wide], () => 1),
    ...costs(transfers, () => 2),
    ...costs([['1011010', push]], (o) => several(o) + ((o >> 8) & 1)),
    ...costs([['10111100', (o) => `{ ${pop(o)} }`]], several),
  ],
  [null, null],
);

function interpreted(cpu) {
  cpu.step(cpu.load16(cpu.pc));
  return 0;
}

// (cpu) => cycles, for the code at an address in flash
export function translate(cpu, address) {
  const block = new Block(cpu, address);
  const text = block.source();
  if (block.count < 1) {
    return interpreted;
  }
  const names = ['r', 's8', 's16', 's32', 'size', 'table'];
  const values = [cpu.r, cpu.sram8, cpu.sram16, cpu.sram32, cpu.sramBytes, TABLE];
  return new Function(...names, text)(...values);
}
