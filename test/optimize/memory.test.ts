import { describe, expect, it } from 'vitest';
import { availableMemory } from '../../src/optimize/available-memory.node.ts';
import { bytesNeeded, requireMemory } from '../../src/optimize/memory.ts';
import { tinyObjective } from '../helpers/tiny-objective.ts';

const objective = tinyObjective();

describe('the memory of an optimisation', () => {
  it('grows with the pixels', () => {
    const [small, medium, large] = [64, 128, 256].map((side) => bytesNeeded(objective, { width: side, height: side }));
    expect((Number(large) - Number(medium)) / (Number(medium) - Number(small))).toBeCloseTo(4, 1);
  });

  it('is refused where there is less, with the size that fits', () => {
    const size = { width: 7680, height: 5120 };
    const available = 8e9;
    expect(() => requireMemory(objective, size, bytesNeeded(objective, size))).not.toThrow();
    let message = '';
    try {
      requireMemory(objective, size, available);
    } catch (error) {
      message = String(error);
    }
    const [, fitting = ''] = /7680×5120 pixels .* 8\.0 GB: reduce it with --max-size (\d+)$/.exec(message) ?? [];
    const [width, height] = [Number(fitting), Math.round((Number(fitting) * 2) / 3)];
    expect(() => requireMemory(objective, { width, height }, available)).not.toThrow();
    expect(() => requireMemory(objective, { width: 1.1 * width, height: 1.1 * height }, available)).toThrow();
  });

  it('that is available is less than a machine can have, and more than nothing', () => {
    expect(availableMemory()).toBeGreaterThan(1e7);
    expect(availableMemory()).toBeLessThan(1e14);
  });
});
