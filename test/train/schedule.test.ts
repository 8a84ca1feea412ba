import { describe, expect, it } from 'vitest';
import type { LearningRateSchedule } from '../../src/style-file/learning-rate-schedule.ts';
import { cosineFloor, learningRateAt } from '../../src/train/schedule.ts';

const rates = (schedule: LearningRateSchedule, steps: number, learningRate = 1) =>
  Array.from({ length: steps }, (_, index) => learningRateAt({ schedule, learningRate, steps }, index + 1));

describe('the learning-rate schedules', () => {
  it('constant', () => {
    expect(rates({ name: 'constant', warmUp: 0, every: 1 }, 3, 0.001)).toEqual([0.001, 0.001, 0.001]);
  });

  it('step halves the learning rate after every so many steps', () => {
    expect(rates({ name: 'step', warmUp: 0, every: 2 }, 6)).toEqual([1, 1, 0.5, 0.5, 0.25, 0.25]);
  });

  it('cosine falls from the learning rate to a fiftieth of it, slowly at both ends', () => {
    const falling = rates({ name: 'cosine', warmUp: 0, every: 1 }, 101, 0.002);
    expect(falling[0]).toBe(0.002);
    expect(falling[50]).toBeCloseTo((0.002 * (1 + cosineFloor)) / 2, 12);
    expect(falling[100]).toBeCloseTo(0.002 / 50, 12);
    expect([...falling].sort((a, b) => b - a)).toEqual(falling);
    const change = (step: number) => (falling[step] ?? 0) - (falling[step + 1] ?? 0);
    expect(change(0)).toBeLessThan(change(50) / 10);
    expect(change(99)).toBeLessThan(change(50) / 10);
  });

  it.each(['constant', 'cosine', 'step'] as const)('%s begins with a linear warm-up', (name) => {
    const warm = rates({ name, warmUp: 4, every: 100 }, 20);
    expect(warm.slice(0, 4)).toEqual([0.25, 0.5, 0.75, 1]);
  });

  it('cosine comes to its end after a warm-up too', () => {
    expect(rates({ name: 'cosine', warmUp: 5, every: 1 }, 20).at(-1)).toBeCloseTo(cosineFloor, 12);
  });

  it.each([1, 2, 7])(
    'cosine stays finite and within its bounds in a run of %d steps that is shorter than its warm-up',
    (steps) => {
      for (const rate of rates({ name: 'cosine', warmUp: 7, every: 1 }, steps)) {
        expect(rate).toBeGreaterThan(0);
        expect(rate).toBeLessThanOrEqual(1);
      }
    },
  );
});
