/** Files of one size that the others of that size are compared with. */
const MOST_COMPARED = 64;

/**
 * Files by their size. Files of different sizes differ, so only those of one size need be read to find the copies among
 * them. Where very many are of one size (uncompressed pictures, say), each is compared with the first 64 of them alone: a
 * copy of a later one is not found, but no batch waits until all of them have been read.
 */
export class SizeGroups {
  /** The files, ordered by size, then as in the list. */
  readonly #order: Uint32Array;
  /** For each file, where its size begins in `#order`. */
  readonly #starts: Uint32Array;

  /**
   * @param count the number of files
   * @param bytesOf the size of each; NaN where there is no file, which then is like no other
   */
  constructor(count: number, bytesOf: (index: number) => number) {
    this.#order = Uint32Array.from({ length: count }, (_, index) => index)
      .filter((index) => !Number.isNaN(bytesOf(index)))
      .sort((a, b) => bytesOf(a) - bytesOf(b) || a - b);
    this.#starts = new Uint32Array(count).fill(this.#order.length);
    let start = 0;
    for (const [position, index] of this.#order.entries()) {
      if (bytesOf(index) !== bytesOf(this.#order[start] ?? index)) start = position;
      this.#starts[index] = start;
    }
  }

  /** The files to compare a file with: those of its size that come before it in the list, the first 64 of them. */
  earlierOfSize(index: number): Uint32Array {
    const start = this.#starts[index] ?? this.#order.length;
    const first = this.#order.subarray(start, start + MOST_COMPARED);
    const end = first.findIndex((other) => other >= index);
    return end === -1 ? first : first.subarray(0, end);
  }
}
