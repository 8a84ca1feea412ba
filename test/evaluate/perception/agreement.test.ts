import { describe, expect, it } from 'vitest';
import { agreements } from '../../../src/evaluate/perception/agreement.ts';

const pair = (source: string, better: Record<string, number>, worse: Record<string, number>) => ({
  source,
  better,
  worse,
});

describe('the agreement of measures with people', () => {
  it('counts pairs by source, ties against it, and puts the best measure first', () => {
    const pairs = [
      pair('panel', { style: 5, motifs: 1 }, { style: 4, motifs: 2 }),
      pair('panel', { style: 1, motifs: 2 }, { style: 2, motifs: 3 }),
      pair('faults', { style: 3, motifs: 3 }, { style: 3, motifs: 3.5 }),
    ];
    expect(agreements(pairs)).toEqual([
      {
        measure: 'motifs',
        sources: { panel: { agreed: 2, pairs: 2 }, faults: { agreed: 1, pairs: 1 } },
        agreed: 3,
        pairs: 3,
      },
      {
        measure: 'style',
        sources: { panel: { agreed: 1, pairs: 2 }, faults: { agreed: 0, pairs: 1 } },
        agreed: 1,
        pairs: 3,
      },
    ]);
  });
});
