import { describe, expect, it } from 'vitest';
import { compareCandidates } from '../../../src/evaluate/perception/compare.ts';

const candidate = (name: string, pictures: Readonly<Record<string, Readonly<Record<string, number>>>>) => ({
  name,
  pictures: new Map(Object.entries(pictures)),
});

describe('the comparison of candidates', () => {
  it('counts photographs and compares means, which need not agree', () => {
    const a = candidate('a', { x: { style: 1, colour: 5 }, y: { style: 1, colour: 5 }, z: { style: 9, colour: 5 } });
    const b = candidate('b', { x: { style: 2, colour: 5 }, y: { style: 2, colour: 4 }, z: { style: 3, colour: 6 } });
    const [comparison] = compareCandidates([a, b], ['style', 'colour']);
    expect(comparison).toMatchObject({ candidates: ['a', 'b'], photographs: 3 });
    const [style, colour] = comparison?.measures ?? [];
    expect(style).toMatchObject({ measure: 'style', better: 'b', wins: [2, 1] });
    expect(style?.means[0]).toBeCloseTo(11 / 3, 12);
    expect(style?.means[1]).toBeCloseTo(7 / 3, 12);
    expect(colour).toEqual({ measure: 'colour', means: [5, 5], better: null, wins: [1, 1] });
  });

  it('takes the photographs that both have', () => {
    const a = candidate('a', { x: { style: 1 }, y: { style: 100 } });
    const b = candidate('b', { x: { style: 2 }, z: { style: 0 } });
    expect(compareCandidates([a, b], ['style'])).toMatchObject([
      { photographs: 1, measures: [{ means: [1, 2], better: 'a', wins: [1, 0] }] },
    ]);
  });

  it('is made of every two', () => {
    const names = ['a', 'b', 'c'].map((name) => candidate(name, { x: { style: name.charCodeAt(0) } }));
    expect(compareCandidates(names, ['style']).map(({ candidates }) => candidates.join(''))).toEqual([
      'ab',
      'ac',
      'bc',
    ]);
  });
});
