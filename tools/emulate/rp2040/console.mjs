// The host's end of the USB cable: enumerates the device, finds its serial port (CDC) and
// moves bytes both ways. A slow reader holds the device back as a real host does, by not fetching
// the next packet; and its clock with it (pace.mjs), or MicroPython would drop after 500 ms what
// nobody took. So little waits here: what a reader took is room for the device at once.
const BUFFER_CONTROLS = 0x80; // in the USB RAM: IN and OUT of each endpoint, 4 bytes each
const BUFFER_AVAILABLE = 1 << 10;
const OUTPUT_MAX = 512;
const INPUT_MAX = 4096;
const GAP_NS = 50_000; // between two control transfers

const SET_ADDRESS = 5;
const GET_DESCRIPTOR = 6;
const SET_CONFIGURATION = 9;
const SET_LINE_CODING = 0x20;
const SET_CONTROL_LINE_STATE = 0x22;
const CONFIGURATION = 2 << 8;
const CLASS_TO_INTERFACE = 0x21;
const DTR_AND_RTS = 3;
const CDC_DATA_CLASS = 10;

function setup(type, request, value, index, length) {
  const packet = Buffer.alloc(8);
  packet.writeUInt8(type, 0);
  packet.writeUInt8(request, 1);
  packet.writeUInt16LE(value, 2);
  packet.writeUInt16LE(index, 4);
  packet.writeUInt16LE(length, 6);
  return packet;
}

// The bulk endpoints of the first CDC data interface: {in, out}
export function serialEndpoints(descriptor) {
  const found = { in: -1, out: -1 };
  let inside = false;
  for (let at = 0; at + 2 <= descriptor.length && descriptor[at]; at += descriptor[at]) {
    const [, type, address] = descriptor.subarray(at, at + 3);
    if (type === 4) {
      inside = descriptor[at + 5] === CDC_DATA_CLASS && found.in < 0;
    } else if (type === 5 && inside) {
      found[address & 0x80 ? 'in' : 'out'] = address & 0x0f;
    }
  }
  return found;
}

export class Console {
  constructor(rp2040) {
    this.usb = rp2040.usbCtrl;
    this.clock = rp2040.clock;
    this.endpoints = { in: -1, out: -1 };
    this.requests = [];
    this.current = null;
    this.ready = false;
    this.dtr = false;
    this.open = false; // the device knows that there is somebody
    this.input = [];
    this.inputBytes = 0;
    this.armed = 0; // bytes that the device is ready to take
    this.output = 0; // bytes that the reader has not taken yet
    this.held = null;
    this.onOutput = () => {};
    this.onReady = () => {};
    this.onDrained = () => {};
    this.nextAlarm = this.clock.createAlarm(() => this.startRequest());
    this.usb.onUSBEnabled = () => this.usb.resetDevice();
    this.usb.onResetReceived = () => this.enumerate();
    this.usb.onEndpointWrite = (endpoint, bytes) => this.written(endpoint, bytes);
    this.usb.onEndpointRead = (endpoint, size) => this.wanted(endpoint, size);
    const update = this.usb.DPRAMUpdated.bind(this.usb);
    this.usb.DPRAMUpdated = (offset, value) => this.updated(offset, value, update);
  }

  // ---- control transfers, one after the other

  ask(request, data = null, done = () => {}) {
    this.requests.push({ request, data, done, answer: [] });
    if (!this.current) {
      this.nextAlarm.schedule(GAP_NS);
    }
  }

  startRequest() {
    this.current = this.requests.shift() ?? null;
    if (this.current) {
      this.usb.sendSetupPacket(this.current.request);
    }
  }

  finishRequest() {
    const { done, answer } = this.current;
    this.current = null;
    done(Buffer.from(answer));
    if (!this.current && this.requests.length) {
      this.nextAlarm.schedule(GAP_NS);
    }
  }

  enumerate() {
    this.requests = [];
    this.current = null;
    this.ready = this.open = false;
    this.armed = 0;
    this.ask(setup(0, SET_ADDRESS, 1, 0, 0));
    this.ask(setup(0x80, GET_DESCRIPTOR, CONFIGURATION, 0, 9), null, (head) => {
      const whole = head.readUInt16LE(2);
      this.ask(setup(0x80, GET_DESCRIPTOR, CONFIGURATION, 0, whole), null, (descriptor) => {
        this.endpoints = serialEndpoints(descriptor);
        this.configure();
      });
    });
  }

  configure() {
    this.ask(setup(0, SET_CONFIGURATION, 1, 0, 0), null, () => {
      this.ready = true;
      this.onReady();
      this.setDTR(this.dtr);
    });
    const coding = Buffer.from([0x00, 0xc2, 0x01, 0x00, 0, 0, 8]); // 115200 8n1
    this.ask(setup(CLASS_TO_INTERFACE, SET_LINE_CODING, 0, 0, coding.length), coding);
  }

  // A program opened the port (or closed it): the device may talk (or keeps quiet).
  setDTR(on) {
    this.dtr = on;
    this.open = false;
    if (!this.ready) {
      return;
    }
    const value = on ? DTR_AND_RTS : 0;
    this.ask(setup(CLASS_TO_INTERFACE, SET_CONTROL_LINE_STATE, value, 0, 0), null, () => {
      this.open = on;
      this.pump(); // not before: the device would answer nobody
    });
  }

  // ---- packets

  written(endpoint, bytes) {
    if (endpoint === this.endpoints.in) {
      this.output += bytes.length;
      this.onOutput(bytes);
      return;
    }
    if (endpoint !== 0 || !this.current) {
      return;
    }
    const reads = this.current.request[0] & 0x80;
    if (!reads) {
      this.finishRequest(); // the status stage
    } else if (this.current.answer.length < this.current.request.readUInt16LE(6)) {
      this.current.answer.push(...bytes);
    }
  }

  wanted(endpoint, size) {
    if (endpoint === this.endpoints.out) {
      this.armed = size;
      this.pump();
    } else if (endpoint === 0 && this.current) {
      const data = this.current.data;
      this.current.data = null;
      this.usb.endpointReadDone(0, data ?? new Uint8Array(0));
      if (this.current.request[0] & 0x80) {
        this.finishRequest();
      }
    }
  }

  // ---- to the device

  // False: enough is waiting, go on at onDrained.
  feed(bytes) {
    if (bytes.length) {
      this.input.push(bytes);
      this.inputBytes += bytes.length;
      this.pump();
    }
    return this.inputBytes < INPUT_MAX;
  }

  pump() {
    if (!this.open || !this.armed || !this.inputBytes) {
      return;
    }
    const first = this.input[0];
    const packet = first.subarray(0, this.armed);
    this.armed = 0;
    if (packet.length === first.length) {
      this.input.shift();
    } else {
      this.input[0] = first.subarray(packet.length);
    }
    const before = this.inputBytes;
    this.inputBytes -= packet.length;
    this.usb.endpointReadDone(this.endpoints.out, packet);
    if (before >= INPUT_MAX && this.inputBytes < INPUT_MAX) {
      this.onDrained();
    }
  }

  // ---- from the device

  updated(offset, value, update) {
    const serial = offset === BUFFER_CONTROLS + 8 * this.endpoints.in;
    if (serial && value & BUFFER_AVAILABLE && this.output >= OUTPUT_MAX) {
      this.held = () => update(offset, value);
    } else {
      update(offset, value);
    }
  }

  // The device has a packet for a reader who took nothing yet of what he has.
  get full() {
    return this.held !== null;
  }

  // The reader took so many bytes.
  taken(count) {
    this.output -= count;
    if (this.held && this.output < OUTPUT_MAX) {
      const go = this.held;
      this.held = null;
      go();
    }
  }
}
