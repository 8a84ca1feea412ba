import { describe, expect, it } from 'vitest';
import { planLevels } from '../../src/optimize/levels.ts';

const sizes = (levels: ReturnType<typeof planLevels>) => levels.map(({ width, height }) => [width, height]);

describe('planLevels', () => {
  it('halves a picture until it is small, and ends with its own size', () => {
    expect(planLevels({ width: 512, height: 340 }, 300, 8)).toEqual([
      { width: 128, height: 85, iterations: 100 },
      { width: 256, height: 170, iterations: 100 },
      { width: 512, height: 340, iterations: 100 },
    ]);
    expect(sizes(planLevels({ width: 100, height: 192 }, 300, 8))).toEqual([[100, 192]]);
    expect(sizes(planLevels({ width: 100, height: 193 }, 300, 8))).toEqual([
      [50, 97],
      [100, 193],
    ]);
  });

  it('gives what cannot be shared out to the smallest', () => {
    expect(planLevels({ width: 512, height: 512 }, 11, 8).map(({ iterations }) => iterations)).toEqual([5, 3, 3]);
  });

  it('leaves out sizes for which there is no iteration, the own size last', () => {
    expect(sizes(planLevels({ width: 512, height: 512 }, 2, 8))).toEqual([
      [256, 256],
      [512, 512],
    ]);
    expect(planLevels({ width: 512, height: 512 }, 1, 8)).toEqual([{ width: 512, height: 512, iterations: 1 }]);
  });

  it('makes no side shorter than what the loss network needs', () => {
    expect(sizes(planLevels({ width: 800, height: 40 }, 300, 16))).toEqual([
      [400, 20],
      [800, 40],
    ]);
    expect(sizes(planLevels({ width: 800, height: 20 }, 300, 16))).toEqual([[800, 20]]);
  });
});
