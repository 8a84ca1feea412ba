import type { SkippedPhotograph } from './crop-source.ts';

/** The photographs of a list that are left out: a byte for each photograph, however many. */
export class LeftOut {
  readonly #isLeftOut: Uint8Array;
  readonly #counts = { tooSmall: 0, unreadable: 0, duplicate: 0 };
  #example = '';

  constructor(private readonly count: number) {
    this.#isLeftOut = new Uint8Array(count);
  }

  has(index: number): boolean {
    return this.#isLeftOut[index] === 1;
  }

  add(index: number, { kind, reason }: SkippedPhotograph): void {
    this.#isLeftOut[index] = 1;
    this.#counts[kind]++;
    if (this.#example === '' || (kind === 'unreadable' && this.#counts.unreadable === 1)) this.#example = reason;
  }

  get isEverything(): boolean {
    const { tooSmall, unreadable, duplicate } = this.#counts;
    return tooSmall + unreadable + duplicate === this.count;
  }

  /**
   * The sentence for when everything is left out.
   * @param size side of the crops in pixels
   */
  describe(size: number): string {
    const { tooSmall, unreadable, duplicate } = this.#counts;
    const copies = duplicate === 0 ? '' : `, ${duplicate} are copies of others`;
    return `Expected photographs to train on but none of ${this.count} can be used: ${tooSmall} are smaller than ${size}×${size} pixels${copies} and ${unreadable} cannot be read (for example: ${this.#example})`;
  }
}
