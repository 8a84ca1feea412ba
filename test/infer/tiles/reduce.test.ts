import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memoryRaster } from '../../../src/image/raster.ts';
import { reduceRaster } from '../../../src/infer/tiles/reduce.ts';

describe('a reduced copy', () => {
  it('holds the means of blocks', async () => {
    const samples = Uint8Array.from({ length: 4 * 2 * 3 }, (_, index) => index);
    const copy = await reduceRaster(memoryRaster({ width: 4, height: 2, channels: 3, depth: 8 }, samples), {
      width: 2,
      height: 1,
    });
    // Red of the left block: pixels 0, 1, 4 and 5, that is samples 0, 3, 12 and 15.
    expect([...copy]).toEqual([7.5, 13.5, 8.5, 14.5, 9.5, 15.5]);
  });

  it('divides a pixel between its neighbours in the copy', async () => {
    const samples = Uint8Array.of(30, 0, 0, 60, 0, 0, 90, 0, 0);
    const copy = await reduceRaster(memoryRaster({ width: 3, height: 1, channels: 3, depth: 8 }, samples), {
      width: 2,
      height: 1,
    });
    expect(copy[0]).toBeCloseTo((30 + 60 / 2) / 1.5, 4);
    expect(copy[1]).toBeCloseTo((60 / 2 + 90) / 1.5, 4);
  });

  it('has the mean of the picture, whatever the sizes, and leaves alpha out', async () => {
    const sizes = fc.record({
      width: fc.integer({ min: 1, max: 150 }),
      height: fc.integer({ min: 1, max: 150 }),
      across: fc.double({ min: 0.05, max: 1, noNaN: true }),
      down: fc.double({ min: 0.05, max: 1, noNaN: true }),
    });
    await fc.assert(
      fc.asyncProperty(sizes, async ({ width, height, across, down }) => {
        const samples = Uint16Array.from({ length: width * height * 4 }, (_, index) =>
          index % 4 === 3 ? 65535 : (index * 7919) % 65536,
        );
        const raster = memoryRaster({ width, height, channels: 4, depth: 16 }, samples);
        const size = { width: Math.ceil(width * across), height: Math.ceil(height * down) };
        const copy = await reduceRaster(raster, size);
        const mean = copy.reduce((sum, value) => sum + value, 0) / copy.length;
        const colours = samples.filter((_, index) => index % 4 !== 3);
        const expected = colours.reduce((sum, value) => sum + value, 0) / colours.length / 257;
        expect(mean).toBeCloseTo(expected, 2);
      }),
      { numRuns: 40 },
    );
  });
});
