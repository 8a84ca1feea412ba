import { describe, expect, it } from 'vitest';
import { arrange, type Pair, pairsSchema } from '../../../bench/panel/arrangement.ts';

const pairs = Array.from(
  { length: 9 },
  (_, index): Pair => ({
    photograph: 'city.jpg',
    painting: `${index}.jpg`,
    pictures: { ours: `ours-${index}.png`, peer: `peer-${index}.jpg` },
  }),
);

describe('arrange', () => {
  it('keeps every pair once, with both its pictures and their systems', () => {
    const placed = arrange(pairs, 1).pairs;
    expect(placed.map(({ pair }) => pair)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    const restored = placed.map(({ photograph, painting, left, right }) => ({
      ...{ photograph, painting },
      pictures: { [left.system]: left.picture, [right.system]: right.picture },
    }));
    expect(restored.sort((a, b) => a.painting.localeCompare(b.painting))).toEqual(pairs);
  });

  it('lays the same pairs the same way for the same seed only', () => {
    expect(arrange(pairs, 7)).toEqual(arrange(pairs, 7));
    const orders = [1, 2, 3].map((seed) =>
      arrange(pairs, seed)
        .pairs.map(({ painting }) => painting)
        .join(),
    );
    expect(new Set(orders).size).toBe(3);
  });

  it('puts each system left as often as right, but for one of an odd number of pairs', () => {
    const lefts = Array.from(
      { length: 40 },
      (_, seed) => arrange(pairs, seed).pairs.filter(({ left }) => left.system === 'ours').length,
    );
    expect([...new Set(lefts)].sort()).toEqual([4, 5]);
  });

  it('leaves the side of a pair to chance, whatever its place', () => {
    const sides = Array.from({ length: 40 }, (_, seed) => arrange(pairs, seed).pairs.map(({ left }) => left.system));
    for (let place = 0; place < pairs.length; place++) {
      const ours = sides.filter((laid) => laid[place] === 'ours').length;
      expect(ours).toBeGreaterThan(8);
      expect(ours).toBeLessThan(32);
    }
  });
});

describe('the description of pairs', () => {
  it('names the pictures of two systems', () => {
    expect(pairsSchema.safeParse(pairs).success).toBe(true);
    expect(pairsSchema.safeParse([{ ...pairs[0], pictures: { ours: 'a.png' } }]).success).toBe(false);
    expect(pairsSchema.safeParse([]).success).toBe(false);
  });
});
