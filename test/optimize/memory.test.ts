import { describe, expect, it } from 'vitest';
import type { PictureSize } from '../../src/image/picture.ts';
import { availableMemory } from '../../src/optimize/available-memory.node.ts';
import { bytesForPainting, bytesForPicture, requireMemory } from '../../src/optimize/memory.ts';
import { tinyObjective } from '../helpers/tiny-objective.ts';

const objective = tinyObjective();
const square = (side: number): PictureSize => ({ width: side, height: side });

describe('the memory of an optimisation', () => {
  it.each([bytesForPicture, bytesForPainting])('grows with the pixels: %o', (bytes) => {
    const [small, medium, large] = [64, 128, 256].map((side) => bytes(objective, { width: side, height: side }));
    expect((Number(large) - Number(medium)) / (Number(medium) - Number(small))).toBeCloseTo(4, 1);
  });

  it('is that of the larger of picture and painting', () => {
    const [small, large] = [square(200), square(800)];
    const needed = (picture: PictureSize, painting: PictureSize) =>
      requireMemory(objective, { picture, painting }, Number.POSITIVE_INFINITY);
    expect(needed(large, small)).toBe(bytesForPicture(objective, large));
    expect(needed(small, large)).toBe(bytesForPainting(objective, large));
  });

  it.each([
    ['picture', '--max-size'],
    ['painting', '--style-size'],
  ] as const)('is refused where there is less than a %s needs, with the size that fits', (which, option) => {
    const sizes = (side: number) => ({ picture: square(100), painting: square(100), [which]: square(side) });
    const attempt = (side: number) => () => requireMemory(objective, sizes(side), 8e9);
    expect(attempt(7000)).toThrow(
      new RegExp(`${which} of 7000×7000 pixels .* 8\\.0 GB: reduce it with ${option} \\d+$`),
    );
    const fitting = fittingSide(attempt(7000));
    expect(attempt(fitting)).not.toThrow();
    expect(attempt(Math.round(1.1 * fitting))).toThrow();
  });

  it('that is available is less than a machine can have, and more than nothing', () => {
    expect(availableMemory()).toBeGreaterThan(1e7);
    expect(availableMemory()).toBeLessThan(1e14);
  });
});

/** The number at the end of the sentence that refuses a size. */
function fittingSide(refused: () => void): number {
  try {
    refused();
    return Number.NaN;
  } catch (error) {
    return Number(/\d+$/.exec(String(error))?.[0]);
  }
}
