// A serial RAM on SPI (02: write, 03: read, then a 16-bit address), its chip select on GP17.
const SELECT = 17;
const WRITE = 2;

export default class {
  constructor(socket) {
    this.socket = socket;
    this.bytes = new Uint8Array(65536);
    this.sent = [];
    socket.onPin(SELECT, (level) => {
      if (!level) {
        this.sent = [];
      }
    });
  }

  transfer(word) {
    if (this.socket.pin(SELECT)) {
      return undefined;
    }
    if (this.sent.length < 3) {
      this.sent.push(word);
      this.at = (this.sent[1] << 8) | this.sent[2];
      return 0;
    }
    const at = this.at++ & 0xffff;
    if (this.sent[0] === WRITE) {
      this.bytes[at] = word;
      return 0;
    }
    return this.bytes[at];
  }

  // The test asks what is in it.
  receive({ at, count }) {
    this.socket.tell([...this.bytes.subarray(at, at + count)]);
  }
}
