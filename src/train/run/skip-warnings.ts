import type { SkippedPhotograph } from '../../dataset/crop-source.ts';

const faults: Readonly<Record<SkippedPhotograph['kind'], string>> = {
  tooSmall: 'are smaller than the crops',
  unreadable: 'cannot be read',
  duplicate: 'are copies of others',
};

/**
 * Words for a run's warnings which photographs are left out: of each fault the first, the tenth, the hundredth and so on,
 * so that they stay a few however many photographs there are.
 */
export class SkipWarnings {
  readonly #counts = { tooSmall: 0, unreadable: 0, duplicate: 0 };
  readonly #next = { tooSmall: 1, unreadable: 1, duplicate: 1 };
  readonly #due: string[] = [];

  count({ kind, reason }: SkippedPhotograph): void {
    const count = ++this.#counts[kind];
    if (count < this.#next[kind]) return;
    this.#next[kind] *= 10;
    this.#due.push(`Photographs that ${faults[kind]} are left out, ${count} so far, such as this one: ${reason}`);
  }

  /** The sentences that have become due since they were last taken. */
  take(): readonly string[] {
    return this.#due.splice(0);
  }
}
