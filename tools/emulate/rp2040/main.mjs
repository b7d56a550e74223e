// Runs one machine for emulated_pico.py, which owns the other ends of four sockets (--fds):
//   control, a JSON object a line, commands in, events out; the USB console; UART0; UART1.
// It ends when the control socket does. With --network UART1 leads to a gateway: that is patient,
// and is told the guest's time, the only clock it has.
import fs from 'node:fs';
import net from 'node:net';
import { parseArgs } from 'node:util';
import { loadModels } from './buses.mjs';
import { Flash } from './flash.mjs';
import { Machine } from './machine.mjs';
import { Pace } from './pace.mjs';
import { parse } from './uf2.mjs';

const SAVE_MS = 1000;
const CLOCK_S = 0.05;
const NETWORK_UART = 1;

const { values: options } = parseArgs({
  options: {
    fds: { type: 'string' },
    rom: { type: 'string' },
    uf2: { type: 'string' },
    flash: { type: 'string' },
    id: { type: 'string', default: 'e660583883000001' },
    fast: { type: 'boolean', default: false },
    network: { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
    spi: { type: 'string', multiple: true, default: [] },
    i2c: { type: 'string', multiple: true, default: [] },
  },
});

const sockets = options.fds.split(',').map((fd) => new net.Socket({ fd: Number(fd) }));
const [control, tty, ...uarts] = sockets;
const pending = [[], []]; // bytes that the UARTs sent in this slice

function tell(event) {
  control.write(`${JSON.stringify(event)}\n`);
}

// What is wrong with a firmware, a flash image or a model ends it with one sentence.
function fail(error) {
  control.end(`${JSON.stringify({ event: 'failed', text: error.message })}\n`, () => {
    process.exit(1);
  });
}

process.on('uncaughtException', fail);

const flash = new Flash(options.flash ?? null, Buffer.from(options.id, 'hex'));
if (options.uf2) {
  flash.load(parse(fs.readFileSync(options.uf2)));
}

const on = {
  output(bytes) {
    const { console: usb } = machine;
    tty.write(bytes, () => {
      usb.taken(bytes.length);
      pace.wake();
    });
  },
  ready: () => tell({ event: 'ready' }),
  uart: (index, byte) => pending[index].push(byte),
  uartDrained: (index) => uarts[index].resume(),
  consoleDrained: () => tty.resume(),
  reset(cause) {
    // What held the old chip's input back went with it.
    [tty, ...uarts].forEach((socket) => socket.resume());
    tell({ event: 'reset', cause });
  },
  bootloader: () => tell({ event: 'bootloader' }),
  stuck: (text) => tell({ event: 'stuck', text }),
};
const models = await loadModels(options, tell);
const machine = new Machine({
  rom: fs.readFileSync(options.rom),
  flash,
  models,
  patient: options.network ? [NETWORK_UART] : [],
  on,
  verbose: options.verbose,
});
const pace = new Pace(machine, options.fast);

function drain() {
  pending.forEach((bytes, index) => {
    if (bytes.length) {
      uarts[index].write(Buffer.from(bytes));
      pending[index] = [];
    }
  });
}

let told = 0;
function tellTime() {
  const { seconds } = pace;
  if (seconds >= told + CLOCK_S) {
    told = seconds;
    tell({ event: 'clock', seconds });
  }
}

function figures() {
  const { erased, programmed } = flash;
  return {
    event: 'figures',
    instructions: pace.instructions,
    busy_s: pace.busyMs / 1000,
    guest_s: machine.chip.clock.nanos / 1e9,
    erased,
    programmed,
    uart_lost: machine.uarts.map((uart) => uart.lost),
  };
}

const commands = {
  dtr({ on: open }) {
    machine.setDTR(open);
    tell({ event: 'dtr', on: open });
  },
  reset() {
    machine.reset();
  },
  load({ uf2 }) {
    try {
      flash.load(parse(fs.readFileSync(uf2)));
    } catch (error) {
      tell({ event: 'refused', text: error.message });
      return;
    }
    flash.save();
    tell({ event: 'loaded' });
    machine.reset();
  },
  save() {
    flash.save();
    tell({ event: 'saved' });
  },
  figures: () => tell(figures()),
  model({ bus, data }) {
    models.filter((m) => m.bus === bus).forEach((m) => m.receive(data));
  },
};

let line = '';
control.on('data', (chunk) => {
  line += chunk;
  const lines = line.split('\n');
  line = lines.pop();
  for (const text of lines) {
    const message = JSON.parse(text);
    commands[message.command](message);
  }
  pace.wake();
});

function quit() {
  flash.save();
  process.exit(0);
}

control.on('close', quit);
control.on('error', quit);
process.on('SIGTERM', quit);
process.on('SIGINT', () => {}); // Ctrl-C is for the parent, which then closes the socket

tty.on('data', (bytes) => {
  if (!machine.console.feed(bytes)) {
    tty.pause();
  }
  pace.wake();
});
uarts.forEach((uart, index) => {
  uart.on('data', (bytes) => {
    if (!machine.uarts[index].feed(bytes)) {
      uart.pause();
    }
    pace.wake();
  });
  uart.on('error', () => {});
});
tty.on('error', () => {});

setInterval(() => flash.save(), SAVE_MS);
pace.onSlice = () => {
  drain();
  if (options.network) {
    tellTime();
  }
};
pace.start();
