import { CHANNELS, type PictureSize } from '../image/picture.ts';

/** Identifiers of the elements that are written (Matroska specification, RFC 9559, section 5). */
const identifiers = {
  ebml: 0x1a45dfa3,
  docType: 0x4282,
  segment: 0x18538067,
  info: 0x1549a966,
  timestampScale: 0x2ad7b1,
  tracks: 0x1654ae6b,
  trackEntry: 0xae,
  trackNumber: 0xd7,
  trackUid: 0x73c5,
  trackType: 0x83,
  defaultDuration: 0x23e383,
  codecId: 0x86,
  video: 0xe0,
  pixelWidth: 0xb0,
  pixelHeight: 0xba,
  uncompressedFourCc: 0x2eb524,
  cluster: 0x1f43b675,
  timestamp: 0xe7,
  simpleBlock: 0xa3,
} as const;

/** A size of all ones: the element goes on to the end of the stream. */
const unknownSize = Buffer.from('01ffffffffffffff', 'hex');

/** Track 1 (as a number of variable length), no time after the cluster's, a key frame. */
const blockHeader = Buffer.from('81000080', 'hex');

const videoTrack = 1;

/**
 * The beginning of a Matroska stream of uncompressed RGB frames, to be followed by `matroskaFrame`s. Unlike a bare stream of
 * pixels it tells each frame's own time, so that clips without a constant frame rate keep their timing.
 * @param frameDuration what a frame usually lasts, in nanoseconds
 */
export function matroskaHeader({ width, height }: PictureSize, frameDuration: number): Uint8Array {
  const track = [
    number(identifiers.trackNumber, 1),
    number(identifiers.trackUid, 1),
    number(identifiers.trackType, videoTrack),
    number(identifiers.defaultDuration, frameDuration),
    text(identifiers.codecId, 'V_UNCOMPRESSED'),
    element(identifiers.video, [
      number(identifiers.pixelWidth, width),
      number(identifiers.pixelHeight, height),
      element(identifiers.uncompressedFourCc, [Buffer.from('RGB\x18', 'latin1')]),
    ]),
  ];
  return Buffer.concat([
    element(identifiers.ebml, [text(identifiers.docType, 'matroska')]),
    bytesOf(identifiers.segment),
    unknownSize,
    element(identifiers.info, [number(identifiers.timestampScale, 1)]),
    element(identifiers.tracks, [element(identifiers.trackEntry, track)]),
  ]);
}

/**
 * What precedes a frame's pixels in the stream: a cluster of its own.
 * @param time when the frame is shown, in whole nanoseconds
 */
export function matroskaFrameHeader({ width, height }: PictureSize, time: number): Uint8Array {
  const timestamp = number(identifiers.timestamp, time);
  const blockSize = sizeField(blockHeader.length + CHANNELS * width * height);
  const block = Buffer.concat([bytesOf(identifiers.simpleBlock), blockSize, blockHeader]);
  const clusterSize = sizeField(timestamp.length + block.length + CHANNELS * width * height);
  return Buffer.concat([bytesOf(identifiers.cluster), clusterSize, timestamp, block]);
}

function element(identifier: number, content: readonly Uint8Array[]): Buffer {
  const bytes = Buffer.concat(content);
  return Buffer.concat([bytesOf(identifier), sizeField(bytes.length), bytes]);
}

function number(identifier: number, value: number): Buffer {
  return element(identifier, [bytesOf(value)]);
}

function text(identifier: number, value: string): Buffer {
  return element(identifier, [Buffer.from(value, 'latin1')]);
}

/** A number of eight bytes whose first bit set, the eighth, tells that it has eight. */
function sizeField(size: number): Buffer {
  const field = Buffer.alloc(8);
  field.writeBigUInt64BE(BigInt(size) | (1n << 56n));
  return field;
}

/** A whole number without leading zero bytes, but of one byte at least. */
function bytesOf(value: number): Buffer {
  const digits = value.toString(16);
  return Buffer.from(digits.padStart(digits.length + (digits.length % 2), '0'), 'hex');
}
