// UF2: blocks of 512 bytes, each with an address and up to 476 bytes for it.
//   0 magic  4 magic  8 flags  12 address  16 payload bytes  20 block  24 blocks  28 family
//   32 payload ...  508 magic
const BLOCK = 512;
const MAGICS = [
  [0, 0x0a324655],
  [4, 0x9e5d5157],
  [508, 0x0ab16f30],
];
const NOT_FOR_FLASH = 1 << 0;
const HAS_FAMILY = 1 << 13;
const PAYLOAD_MAX = 476;
export const RP2040_FAMILY = 0xe48bff56;

// [{address, bytes}] of a whole file; throws with what is wrong with it.
export function parse(file) {
  if (!file.length || file.length % BLOCK) {
    throw new Error(`not a UF2: ${file.length} bytes are no whole number of ${BLOCK}`);
  }
  const blocks = [];
  for (let at = 0; at < file.length; at += BLOCK) {
    const block = file.subarray(at, at + BLOCK);
    if (MAGICS.some(([offset, magic]) => block.readUInt32LE(offset) !== magic)) {
      throw new Error(`not a UF2: no magic in block ${at / BLOCK}`);
    }
    const flags = block.readUInt32LE(8);
    const size = block.readUInt32LE(16);
    if (flags & HAS_FAMILY && block.readUInt32LE(28) !== RP2040_FAMILY) {
      const family = block.readUInt32LE(28).toString(16);
      throw new Error(`the UF2 is for another chip: family ${family}, not RP2040's`);
    }
    if (size > PAYLOAD_MAX) {
      throw new Error(`not a UF2: ${size} bytes in block ${at / BLOCK}`);
    }
    if (!(flags & NOT_FOR_FLASH)) {
      blocks.push({ address: block.readUInt32LE(12), bytes: block.subarray(32, 32 + size) });
    }
  }
  return blocks;
}
