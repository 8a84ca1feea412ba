import type { Picture } from '../../image/picture.ts';
import type { JudgedPair } from '../../loss-network/objective/judge.ts';
import { median } from '../measures/planes.ts';
import { type Fault, faults } from './faults.ts';

/** What was found out about one fault. */
export interface Finding extends Pick<Fault, 'meaning' | 'limit' | 'advice'> {
  readonly fault: string;
  /** The median over the photographs; null where none let it be measured. */
  readonly value: number | null;
  /** On how many photographs it was measured. */
  readonly photographs: number;
  /** Whether the value is above the limit. */
  readonly found: boolean;
}

/**
 * Looks for each fault in several pictures of one style.
 * @param pictures in turn, so that only one need be in memory
 * @param painting what the style was learnt from; without it lost colours are not looked for
 */
export async function diagnose(pictures: AsyncIterable<JudgedPair>, painting?: Picture): Promise<readonly Finding[]> {
  const values = new Map<Fault, number[]>(faults.map((fault) => [fault, []]));
  for await (const { stylized, photograph } of pictures) {
    for (const [fault, measured] of values) {
      const value = fault.measure({ stylized, photograph, painting });
      if (value !== undefined) measured.push(value);
    }
  }
  return [...values].map(([{ name, meaning, limit, advice }, measured]) => {
    const value = measured.length === 0 ? null : median(measured);
    const found = value !== null && value > limit;
    return { fault: name, meaning, limit, advice, value, photographs: measured.length, found };
  });
}
