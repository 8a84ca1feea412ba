import type { Picture } from '../../src/image/picture.ts';
import { fractalNoise } from '../../tools/style-images/shared/noise.ts';
import { paint } from './pictures.ts';
import { seededRandom } from './random.ts';

/** A picture of irregular blotches of all sizes, that has moved so many pixels to the right and down. */
export function texture(width: number, height: number, right: number, down: number): Picture {
  return paint(width, height, (x, y) => {
    const level = (seed: number) => Math.round(128 + 127 * fractalNoise((x - right) / 24, (y - down) / 24, seed, 3));
    return [level(1), level(10), level(20)];
  });
}

/** The picture with normally distributed noise of so many levels, another for each seed. */
export function noisy({ width, height, data }: Picture, deviation: number, seed: number): Picture {
  const random = seededRandom(seed);
  const normal = () => random() + random() + random() + random() - 2;
  const clamped = Uint8ClampedArray.from(data, (value) => value + deviation * Math.sqrt(3) * normal());
  return { width, height, data: new Uint8Array(clamped.buffer) };
}
