import type { PictureSize } from './picture.ts';

/** What the first bytes of a picture file announce, before anything is decoded. */
export interface PictureHeader extends PictureSize {
  readonly format: 'JPEG' | 'PNG' | 'WebP' | 'GIF' | 'AVIF';
}

/** So many bytes from the beginning of a file hold its header; only metadata of a camera come before it. */
export const headerLength = 1 << 18;

/**
 * The format and the size in pixels (as stored: an orientation may exchange the sides) that a picture file announces.
 * @param bytes the file's first `headerLength` bytes
 * @returns undefined if this is none of the formats, or the bytes end before the size
 */
export function readPictureHeader(bytes: Uint8Array): PictureHeader | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    return readers.map((read) => read(view)).find((header) => header !== undefined);
  } catch (error) {
    // A view throws where it is read past its end: the file is cut short.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/**
 * Whether a file is a photograph as phones keep them, HEIC, which only few decoders read.
 * @param bytes from the file's beginning
 */
export function isHeic(bytes: Uint8Array): boolean {
  return /hei[cxms]|hev[cxms]/.test(brands(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)));
}

type Reader = (view: DataView) => PictureHeader | undefined;

const readers: readonly Reader[] = [readPng, readJpeg, readGif, readWebp, readAvif];

/** PNG specification, 11.2.2: the image header is the first chunk. */
function readPng(view: DataView): PictureHeader | undefined {
  if (textAt(view, 1, 3) !== 'PNG' || view.getUint8(0) !== 0x89) return undefined;
  return { format: 'PNG', width: view.getUint32(16), height: view.getUint32(20) };
}

/** GIF89a specification, 18: the logical screen. */
function readGif(view: DataView): PictureHeader | undefined {
  if (!/^GIF8[79]a$/.test(textAt(view, 0, 6))) return undefined;
  return { format: 'GIF', width: view.getUint16(6, true), height: view.getUint16(8, true) };
}

/** ITU-T T.81, B.1: markers follow one another by their lengths up to the start of the frame. */
function readJpeg(view: DataView): PictureHeader | undefined {
  if (view.getUint16(0) !== 0xffd8) return undefined;
  let at = 2;
  for (;;) {
    if (view.getUint8(at) !== 0xff) return undefined;
    const marker = view.getUint8(at + 1);
    // A marker may be preceded by fill bytes.
    if (marker === 0xff) at += 1;
    else if (startsFrame(marker)) {
      return { format: 'JPEG', height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
    } else at += 2 + view.getUint16(at + 2);
  }
}

/** Frame markers are C0 to CF but for the tables of Huffman codes (C4) and of arithmetic coding (CC), and C8. */
function startsFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
}

/** RFC 9649: a lossy, a lossless or an extended picture. */
function readWebp(view: DataView): PictureHeader | undefined {
  if (textAt(view, 0, 4) !== 'RIFF' || textAt(view, 8, 4) !== 'WEBP') return undefined;
  switch (textAt(view, 12, 4)) {
    case 'VP8 ':
      return { format: 'WebP', width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
    case 'VP8L': {
      const bits = view.getUint32(21, true);
      return { format: 'WebP', width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
    }
    case 'VP8X':
      return { format: 'WebP', width: uint24(view, 24) + 1, height: uint24(view, 27) + 1 };
    default:
      return undefined;
  }
}

/** ISO/IEC 23008-12, 6.5.3: the largest of the spatial extents is that of the picture; others are of thumbnails. */
function readAvif(view: DataView): PictureHeader | undefined {
  if (!/avi[fs]/.test(brands(view))) return undefined;
  let size: PictureSize | undefined;
  for (let at = 0; at + 16 <= view.byteLength; at++) {
    // 'ispe' as a number: this looks at every byte.
    if (view.getUint32(at) !== 0x69737065) continue;
    const found = { width: view.getUint32(at + 8), height: view.getUint32(at + 12) };
    if (!size || found.width * found.height > size.width * size.height) size = found;
  }
  return size && { format: 'AVIF', ...size };
}

/** ISO/IEC 14496-12, 4.3: what a file says that it complies with; nothing if it is of another family. */
function brands(view: DataView): string {
  return textAt(view, 4, 4) === 'ftyp' ? textAt(view, 8, Math.max(8, view.getUint32(0) - 8)) : '';
}

function uint24(view: DataView, at: number): number {
  return view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
}

function textAt(view: DataView, at: number, length: number): string {
  const bytes = Array.from({ length: Math.min(length, view.byteLength - at) }, (_, index) => view.getUint8(at + index));
  return String.fromCharCode(...bytes);
}
