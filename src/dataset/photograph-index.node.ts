import type { PictureSize } from '../image/picture.ts';

/** What is known of a photograph, by its name in the content folder. */
export interface PhotographRecord {
  readonly name: string;
  /** The file's size. */
  readonly bytes: number;
  /** When the file was last written, in milliseconds since 1970 with their fraction. */
  readonly modified: number;
  /** The digest of the file's bytes, in hexadecimal; null where it was not read yet. */
  readonly contents: string | null;
  /** Upright; null where the header was not read yet, or cannot be. */
  readonly size: PictureSize | null;
  /** Why the file is no picture that can be read; null as long as nothing speaks against it. */
  readonly unreadable: string | null;
}

/** Bytes of a contents digest. */
export const CONTENTS_DIGEST_BYTES = 16;

/**
 * What is known of each photograph of a list, by its index there, in flat arrays: 49 bytes a photograph and no object.
 * All that is known of a photograph holds for the file's size and time of writing that were noted with it.
 */
export class PhotographIndex {
  readonly #bytes: Float64Array;
  readonly #modified: Float64Array;
  readonly #widths: Uint32Array;
  readonly #heights: Uint32Array;
  readonly #digests: Uint8Array;
  readonly #hasDigest: Uint8Array;
  readonly #unreadable = new Map<number, string>();
  #isChanged = false;

  constructor(readonly length: number) {
    this.#bytes = new Float64Array(length).fill(Number.NaN);
    this.#modified = new Float64Array(length);
    this.#widths = new Uint32Array(length);
    this.#heights = new Uint32Array(length);
    this.#digests = new Uint8Array(CONTENTS_DIGEST_BYTES * length);
    this.#hasDigest = new Uint8Array(length);
  }

  /** Whether something was learnt since `markSaved`. */
  get isChanged(): boolean {
    return this.#isChanged;
  }

  markSaved(): void {
    this.#isChanged = false;
  }

  /** Notes the file as it is now; what was known of another size or time is forgotten. */
  noteFile(index: number, bytes: number, modified: number): void {
    if (this.#bytes[index] === bytes && this.#modified[index] === modified) return;
    this.#bytes[index] = bytes;
    this.#modified[index] = modified;
    this.#widths[index] = 0;
    this.#heights[index] = 0;
    this.#hasDigest[index] = 0;
    this.#unreadable.delete(index);
    this.#isChanged = true;
  }

  /** The file's size; NaN where there is no file. */
  bytesOf(index: number): number {
    return this.#bytes[index] ?? Number.NaN;
  }

  hasDigest(index: number): boolean {
    return this.#hasDigest[index] === 1;
  }

  setDigest(index: number, digest: Uint8Array): void {
    this.#digests.set(digest, CONTENTS_DIGEST_BYTES * index);
    this.#hasDigest[index] = 1;
    this.#isChanged = true;
  }

  /** Whether two photographs are known to have the same contents. */
  isSame(a: number, b: number): boolean {
    if (!this.hasDigest(a) || !this.hasDigest(b) || this.#bytes[a] !== this.#bytes[b]) return false;
    const other = this.#digestOf(b);
    return this.#digestOf(a).every((byte, index) => byte === other[index]);
  }

  sizeOf(index: number): PictureSize | undefined {
    const [width = 0, height = 0] = [this.#widths[index], this.#heights[index]];
    return width === 0 ? undefined : { width, height };
  }

  setSize(index: number, { width, height }: PictureSize): void {
    if (this.#widths[index] === width && this.#heights[index] === height) return;
    this.#widths[index] = width;
    this.#heights[index] = height;
    this.#isChanged = true;
  }

  /** Why the file cannot be read as a picture, if that is known. */
  unreadableReason(index: number): string | undefined {
    return this.#unreadable.get(index);
  }

  setUnreadable(index: number, reason: string): void {
    this.#unreadable.set(index, reason);
    this.#isChanged = true;
  }

  /** Takes over what was known earlier, unless the file noted here is another. */
  restore(index: number, { bytes, modified, contents, size, unreadable }: PhotographRecord): void {
    if (this.#bytes[index] !== bytes || this.#modified[index] !== modified) return;
    if (contents !== null) this.setDigest(index, Buffer.from(contents, 'hex'));
    if (size !== null) this.setSize(index, size);
    if (unreadable !== null) this.setUnreadable(index, unreadable);
  }

  /** What is known of the photographs that were opened, in the order of the list. */
  *records(nameAt: (index: number) => string): Generator<PhotographRecord, void, undefined> {
    for (let index = 0; index < this.length; index++) {
      const size = this.sizeOf(index) ?? null;
      const unreadable = this.unreadableReason(index) ?? null;
      if (Number.isNaN(this.bytesOf(index)) || (!this.hasDigest(index) && unreadable === null)) continue;
      yield {
        name: nameAt(index),
        bytes: this.bytesOf(index),
        modified: this.#modified[index] ?? 0,
        contents: this.hasDigest(index) ? Buffer.from(this.#digestOf(index)).toString('hex') : null,
        size,
        unreadable,
      };
    }
  }

  #digestOf(index: number): Uint8Array {
    return this.#digests.subarray(CONTENTS_DIGEST_BYTES * index, CONTENTS_DIGEST_BYTES * (index + 1));
  }
}
