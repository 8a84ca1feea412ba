import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomStream } from '../../src/dataset/random.ts';

const draw = (count: number, next: () => number) => Array.from({ length: count }, next);

describe('randomStream', () => {
  it('gives the values that checkpoints and published runs rely on', () => {
    expect(draw(3, randomStream(1, 2, 3).uniform)).toEqual([
      0.6636929286718511, 0.6922248469653143, 0.15620248646933865,
    ]);
    const [first, second] = draw(2, randomStream(1, 2, 3).normal);
    expect(first).toBeCloseTo(-0.5242215977045641, 12);
    expect(second).toBeCloseTo(0.19760681470606206, 12);
    expect([...randomStream(1).permutation(10)]).toEqual([7, 3, 1, 2, 4, 9, 5, 8, 6, 0]);
    const { below } = randomStream(2 ** 53 - 1);
    expect(draw(6, () => below(1000))).toEqual([314, 247, 261, 50, 15, 166]);
  });

  it('depends on every key, on their order and on their number', () => {
    const first = (...keys: number[]) => randomStream(...keys).uniform();
    const values = [first(), first(0), first(0, 0), first(1), first(1, 0), first(0, 1), first(2 ** 32), first(2 ** 40)];
    expect(new Set(values).size).toBe(values.length);
    expect(first(5, 6)).toBe(first(5, 6));
  });

  it.each([-1, 0.5, Number.NaN, 2 ** 53])('refuses the key %s', (key) => {
    expect(() => randomStream(1, key)).toThrow('Expected a random key (a seed, say) to be a whole number');
  });

  it('has no relation between neighbouring keys', () => {
    const values = draw(
      4000,
      (() => {
        let index = 0;
        return () => randomStream(7, 2, 0, index++).uniform();
      })(),
    );
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const lag =
      values.slice(1).reduce((sum, value, i) => sum + (value - 0.5) * ((values[i] ?? 0) - 0.5), 0) / values.length;
    // Four standard errors: 0.2887 / sqrt(4000) of the mean, (1/12) / sqrt(4000) of the neighbours' covariance.
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.0183);
    expect(Math.abs(lag)).toBeLessThan(0.0053);
  });

  it('has normal values of mean 0 and variance 1', () => {
    const values = draw(20_000, randomStream(3).normal);
    const moment = (power: number) => values.reduce((sum, value) => sum + value ** power, 0) / values.length;
    expect(Math.abs(moment(1))).toBeLessThan(0.03);
    expect(Math.abs(moment(2) - 1)).toBeLessThan(0.05);
    expect(Math.abs(moment(4) - 3)).toBeLessThan(0.4);
  });

  it('permutes: every number once', () => {
    fc.assert(
      fc.property(fc.nat(200), fc.nat(), (count, seed) => {
        const order = randomStream(seed).permutation(count);
        expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, index) => index));
      }),
    );
  });
});
