import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planTiles, surroundings } from '../../../src/infer/tiles/plan.ts';

const anyPlan = fc.record({
  width: fc.integer({ min: 1, max: 700 }),
  height: fc.integer({ min: 1, max: 700 }),
  side: fc.integer({ min: 9, max: 100 }).map((quarter) => quarter * 4),
});

describe('a plan of tiles', () => {
  it('keeps every pixel once', () => {
    fc.assert(
      fc.property(anyPlan, ({ width, height, side }) => {
        const seen = new Uint8Array(width * height);
        for (const { kept } of planTiles({ width, height }, side)) {
          expect(Math.max(kept.width, kept.height)).toBeLessThanOrEqual(side);
          for (let row = kept.top; row < kept.top + kept.height; row++) {
            const start = row * width + kept.left;
            seen.set(
              seen.subarray(start, start + kept.width).map((count) => count + 1),
              start,
            );
          }
        }
        expect(seen.every((count) => count === 1)).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  it('gives each tile its surroundings as far as the picture goes, on the grid of four pixels', () => {
    fc.assert(
      fc.property(anyPlan, ({ width, height, side }) => {
        for (const { kept, window } of planTiles({ width, height }, side)) {
          expect([window.left % 4, window.top % 4]).toEqual([0, 0]);
          expect(window.left).toBeLessThanOrEqual(Math.max(0, kept.left - surroundings));
          expect(window.top).toBeLessThanOrEqual(Math.max(0, kept.top - surroundings));
          const right = Math.min(width, kept.left + kept.width + surroundings);
          const bottom = Math.min(height, kept.top + kept.height + surroundings);
          expect(window.left + window.width).toBeGreaterThanOrEqual(right);
          expect(window.left + window.width).toBeLessThanOrEqual(width);
          expect(window.top + window.height).toBeGreaterThanOrEqual(bottom);
          expect(window.top + window.height).toBeLessThanOrEqual(height);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('has windows of at most two widths and two heights', () => {
    fc.assert(
      fc.property(anyPlan, ({ width, height, side }) => {
        const windows = planTiles({ width, height }, side).map(({ window }) => window);
        expect(new Set(windows.map((window) => window.width)).size).toBeLessThanOrEqual(2);
        expect(new Set(windows.map((window) => window.height)).size).toBeLessThanOrEqual(2);
      }),
    );
  });

  it('is one tile for a picture that fits', () => {
    const whole = { left: 0, top: 0, width: 101, height: 77 };
    expect(planTiles({ width: 101, height: 77 }, 104)).toEqual([{ kept: whole, window: whole }]);
  });

  it.each([0, -4, 6, 1.5])('refuses a side of %s', (side) => {
    expect(() => planTiles({ width: 9, height: 9 }, side)).toThrow(
      `Expected a tile's side that is a multiple of 4 pixels but received ${side}`,
    );
  });
});
