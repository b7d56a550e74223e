// The sockets of the SPI and I2C buses, where models of devices plug in. README.md documents
// what a model is.
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { GPIOPinState, I2CMode } from 'rp2040js';
import { attachWires } from './i2c_wires.mjs';

const TX_EMPTY = 1 << 4;
const I2C_BITS = 9; // a byte and its acknowledgment

// What a model sees of the board that it is wired to.
class Socket {
  constructor(bus, tell) {
    this.bus = bus;
    this.watched = [];
    this.tell = (data) => tell({ event: 'model', bus, data });
  }

  plug(chip) {
    this.chip = chip;
    for (const [number, callback] of this.watched) {
      this.listen(number, callback);
    }
  }

  get now() {
    return this.chip.clock.nanos;
  }

  // The level of GPIO number: true is high.
  pin(number) {
    const { value } = this.chip.gpio[number];
    return value === GPIOPinState.High || value === GPIOPinState.InputPullUp;
  }

  onPin(number, callback) {
    this.watched.push([number, callback]);
    if (this.chip) {
      this.listen(number, callback);
    }
  }

  listen(number, callback) {
    this.chip.gpio[number].addListener(() => callback(this.pin(number)));
  }

  // Drives GPIO number, as a device's interrupt line does.
  drive(number, level) {
    this.chip.gpio[number].setInputValue(level);
  }
}

async function load(kind, argument, file, address, tell) {
  const bus = `${kind}${argument}`;
  if (bus.length !== 4 || !['0', '1'].includes(argument)) {
    throw new Error(`no bus ${bus}: a Pico has ${kind}0 and ${kind}1`);
  }
  const { default: Model } = await import(pathToFileURL(path.resolve(file)));
  const socket = new Socket(bus, tell);
  const device = new Model(socket);
  return { bus, address, socket, device, receive: (data) => device.receive?.(data) };
}

// From --spi 0:model.mjs and --i2c 0:0x3c:model.mjs, any number of each.
export async function loadModels(options, tell) {
  const models = [];
  for (const text of options.spi) {
    const [, bus, file] = text.match(/^(\d+):(.+)$/) ?? [];
    if (!file) {
      throw new Error(`--spi ${text}: write BUS:MODEL, as in 0:model.mjs`);
    }
    models.push(await load('spi', bus, file, null, tell));
  }
  for (const text of options.i2c) {
    const [, bus, address, file] = text.match(/^(\d+):(0x[0-9a-f]+|\d+):(.+)$/i) ?? [];
    if (!file) {
      throw new Error(`--i2c ${text}: write BUS:ADDRESS:MODEL, as in 0:0x3c:model.mjs`);
    }
    models.push(await load('i2c', bus, file, Number(address), tell));
  }
  return models;
}

// Every device on an SPI bus hears every word; one that is not selected answers undefined.
function attachSPI(chip, spi, models) {
  let answer = 0;
  const shifted = chip.clock.createAlarm(() => spi.completeTransmit(answer));
  spi.onTransmit = (word) => {
    answer = 0;
    for (const { device } of models) {
      answer = device.transfer(word, spi.dataBits) ?? answer;
    }
    shifted.schedule((spi.dataBits * 1e9) / (spi.clockFrequency || chip.clkPeri));
  };
}

// rp2040js does the controller's part byte by byte and waits for a complete...() after each.
function attachI2C(chip, i2c, find) {
  const abort = i2c.abort.bind(i2c);
  i2c.abort = (reason) => {
    abort(reason);
    i2c.setInterrupts(TX_EMPTY); // flushed is empty too: firmware waits for that
  };
  let talking = null;
  let finish = null;
  const alarm = chip.clock.createAlarm(() => finish());
  const after = (bits, then) => {
    const cycles = i2c.sclLowPeriod + i2c.sclHighPeriod;
    finish = then;
    alarm.schedule((bits * cycles * 1e9) / chip.clkSys);
  };
  i2c.onStart = () => after(1, () => i2c.completeStart());
  i2c.onConnect = (address, mode) => {
    talking = find(address) ?? null;
    const heard = Boolean(talking && (talking.start?.(mode === I2CMode.Read) ?? true));
    after(I2C_BITS, () => i2c.completeConnect(heard));
  };
  i2c.onWriteByte = (byte) => {
    const heard = talking?.write(byte) ?? true;
    after(I2C_BITS, () => i2c.completeWrite(heard));
  };
  i2c.onReadByte = () => {
    const byte = talking?.read() ?? 0xff;
    after(I2C_BITS, () => i2c.completeRead(byte & 0xff));
  };
  i2c.onStop = () => {
    talking?.stop?.();
    talking = null;
    after(1, () => i2c.completeStop());
  };
}

export function attachBuses(chip, models) {
  models.forEach((m) => m.socket.plug(chip));
  for (const number of [0, 1]) {
    const of = (bus) => models.filter((m) => m.bus === `${bus}${number}`);
    attachSPI(chip, chip.spi[number], of('spi'));
    const find = (address) => of('i2c').find((m) => m.address === address)?.device;
    attachI2C(chip, chip.i2c[number], find);
    if (of('i2c').length) {
      attachWires(chip, number, find);
    }
  }
}
