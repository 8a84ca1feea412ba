import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memoryRaster, planesOf, type RasterFormat, setColours } from '../../src/image/raster.ts';

const anyFormat: fc.Arbitrary<RasterFormat> = fc.record({
  width: fc.integer({ min: 1, max: 8 }),
  height: fc.integer({ min: 1, max: 8 }),
  channels: fc.constantFrom(3, 4),
  depth: fc.constantFrom(8, 16),
});

function filled({ width, height, channels, depth }: RasterFormat) {
  const length = width * height * channels;
  return depth === 8
    ? Uint8Array.from({ length }, (_, index) => index * 37)
    : Uint16Array.from({ length }, (_, index) => index * 2503);
}

describe('a raster in memory', () => {
  it('gives back what was written into a part, and nothing else changes', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyFormat,
        fc.infiniteStream(fc.double({ min: 0, max: 0.999, noNaN: true })),
        async (format, random) => {
          const { width, height } = format;
          const draw = (below: number) => Math.floor(random.next().value * below);
          const [left, top] = [draw(width), draw(height)];
          const region = { left, top, width: 1 + draw(width - left), height: 1 + draw(height - top) };
          const raster = memoryRaster(format, filled(format));
          const part = await raster.read(region);
          part.fill(7);
          await raster.write(region, part);
          expect(await raster.read(region)).toEqual(part);
          const sevens = (samples: ArrayLike<number>) => Array.from(samples).filter((sample) => sample === 7).length;
          expect(sevens(raster.samples)).toBe(
            part.length + sevens(filled(format)) - sevens(await memoryRaster(format, filled(format)).read(region)),
          );
        },
      ),
    );
  });

  it('becomes planes and samples again, the same ones', () => {
    fc.assert(
      fc.property(anyFormat, (format) => {
        const samples = filled(format);
        const again = samples.slice();
        setColours(again, planesOf(samples, format), format);
        expect(again).toEqual(samples);
      }),
    );
  });

  it('has planes of red, green and blue from 0 to 255; alpha is left out, and as it was', () => {
    const format = { channels: 4, depth: 16 } as const;
    const samples = Uint16Array.of(0, 65535, 257, 9, 514, 0, 65535, 8);
    const planes = planesOf(samples, format);
    expect([...planes]).toEqual([0, 2, 255, 0, 1, 255]);
    setColours(samples, Float32Array.of(-1, 300, 1.5, 2, 3, 4), format);
    expect([...samples]).toEqual([0, 386, 771, 9, 65535, 514, 1028, 8]);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('refuses %s', (value) => {
    const samples = new Uint8Array(3);
    expect(() => setColours(samples, Float32Array.of(1, value, 1), { channels: 3, depth: 8 })).toThrow(
      `Expected finite pixel values but the network gave ${value}`,
    );
  });
});
