import { describe, expect, it } from 'vitest';
import type { Picture } from '../../src/image/picture.ts';
import { flickerBetween } from '../../src/video/flicker.ts';
import { findMotion } from '../../src/video/motion.ts';
import { reduceFrame } from '../../src/video/reduced-frame.ts';
import { TemporalSmoothing } from '../../src/video/temporal-smoothing.ts';
import { noisy, texture } from '../helpers/moving-pictures.ts';
import { type Colour, colourAt, paint, plainPicture } from '../helpers/pictures.ts';

const [width, height] = [96, 64];
const square: Colour = [250, 40, 30];

/** A square of 20 pixels that is `left` pixels from the edge, over a still background. */
function squareAt(left: number, background: Picture): Picture {
  return paint(width, height, (x, y) =>
    x >= left && x < left + 20 && y >= 20 && y < 40 ? square : colourAt(background, x, y),
  );
}

async function smoothAll(strength: number, clip: readonly (readonly [Picture, Picture])[]): Promise<Picture[]> {
  const smoothing = new TemporalSmoothing(strength);
  const smoothed: Picture[] = [];
  for (const [photograph, painted] of clip) smoothed.push(await smoothing.next(photograph, Promise.resolve(painted)));
  return smoothed;
}

/** The mean difference of two pictures inside a window. */
function meanDifference(a: Picture, b: Picture, [left, top, right, bottom]: readonly [number, number, number, number]) {
  const differences: number[] = [];
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) {
      const [colour, other] = [colourAt(a, x, y), colourAt(b, x, y)];
      differences.push(...colour.map((value, channel) => Math.abs(value - (other[channel] ?? 0))));
    }
  }
  return differences.reduce((sum, value) => sum + value, 0) / differences.length;
}

describe('TemporalSmoothing', () => {
  it.each([
    ['a plain', plainPicture(width, height, [90, 110, 120])],
    ['a structured', texture(width, height, 0, 0)],
  ])('leaves no ghost behind a square that moves over %s background', async (_, background) => {
    const steps = Array.from({ length: 8 }, (__, step) => squareAt(8 + 7 * step, background));
    // The style is the photograph: whatever differs afterwards was added by the smoothing.
    const smoothed = await smoothAll(
      0.8,
      steps.map((picture) => [picture, picture]),
    );
    for (const [step, picture] of steps.entries()) {
      const result = smoothed[step];
      if (!result) throw new Error('a frame is missing');
      const left = 8 + 7 * step;
      // Where the square was in the frame before. Left in place, it would make a difference of more than 60 levels.
      expect(meanDifference(result, picture, [left - 7, 20, left, 40])).toBeLessThan(2);
      expect(meanDifference(result, picture, [left, 20, left + 20, 40])).toBeLessThan(2);
      expect(meanDifference(result, picture, [0, 0, width, height])).toBeLessThan(1);
    }
  });

  it('takes out flicker where the picture is still, and where it moves', async () => {
    for (const speed of [0, 1.5]) {
      const clip = Array.from({ length: 8 }, (_, step) => {
        const photograph = texture(width, height, speed * step, 0);
        return [noisy(photograph, 2, 100 + step), noisy(photograph, 20, step)] as const;
      });
      const smoothed = await smoothAll(0.6, clip);
      const flickerOf = (pictures: readonly Picture[]) => {
        const [before, now] = pictures.slice(-2);
        const [past, current] = clip.slice(-2).map(([photograph]) => reduceFrame(photograph));
        if (!before || !now || !past || !current) throw new Error('a frame is missing');
        return flickerBetween(before, now, findMotion(past, current));
      };
      const plain = flickerOf(clip.map(([, painted]) => painted));
      expect(flickerOf(smoothed)).toBeLessThan(0.5 * plain);
    }
  });

  it('mixes nothing across a change of scene', async () => {
    const [day, night] = [texture(width, height, 0, 0), plainPicture(width, height, [10, 12, 30])];
    const painted = plainPicture(width, height, [200, 100, 0]);
    const smoothed = await smoothAll(0.8, [
      [day, day],
      [night, painted],
    ]);
    expect(smoothed[1]).toEqual(painted);
  });

  it('goes on after a frame as if it had seen all before', async () => {
    const clip = Array.from({ length: 5 }, (_, step) => {
      const photograph = texture(width, height, step, step / 2);
      return [photograph, noisy(photograph, 20, step)] as const;
    });
    const smoothed = await smoothAll(0.6, clip);
    const [photograph] = clip[2] ?? [];
    const [past, next] = [smoothed[2], clip[3]];
    if (!photograph || !past || !next) throw new Error('a frame is missing');
    const later = new TemporalSmoothing(0.6);
    later.restore(photograph, past);
    expect(await later.next(next[0], Promise.resolve(next[1]))).toEqual(smoothed[3]);
  });

  it('changes nothing at strength 0, and never the first frame', async () => {
    const pictures = [texture(width, height, 0, 0), texture(width, height, 1, 0)];
    const clip = pictures.map((picture) => [picture, picture] as const);
    expect(await smoothAll(0, clip)).toEqual(pictures);
    expect((await smoothAll(0.8, clip))[0]).toEqual(pictures[0]);
  });

  it('fails as painting does', async () => {
    const smoothing = new TemporalSmoothing(0.6);
    const painting = Promise.reject(new Error('no paint left'));
    await expect(smoothing.next(texture(width, height, 0, 0), painting)).rejects.toThrow('no paint left');
  });
});

describe('flickerBetween', () => {
  const still = (picture: Picture) => findMotion(reduceFrame(picture), reduceFrame(picture));

  it('is nothing for a picture that moves with its photograph', () => {
    const [before, now] = [texture(width, height, 0, 0), texture(width, height, 2, 1)];
    expect(flickerBetween(before, now, findMotion(reduceFrame(before), reduceFrame(now)))).toBeLessThan(1);
    expect(flickerBetween(before, now, still(before))).toBeGreaterThan(5);
  });

  it('is the mean difference, over what both frames show', () => {
    const picture = texture(width, height, 0, 0);
    const brighter = { ...picture, data: picture.data.map((value) => value + 7) };
    expect(flickerBetween(picture, brighter, still(picture))).toBeCloseTo(7, 5);
    const nothing = findMotion(reduceFrame(picture), reduceFrame(plainPicture(width, height, [0, 255, 0])));
    expect(flickerBetween(picture, brighter, nothing)).toBeNaN();
  });
});
