import { RandomPurpose, type RandomStream, randomStream } from '../dataset/random.ts';
import type { DataCursor } from '../dataset/sampler.ts';
import { CHANNELS } from '../image/picture.ts';

/**
 * Makes half of the pictures of a batch into what photographs never show but networks in training do: two blended, noise,
 * other colours. A student that has seen photographs alone knows nothing of such pictures, and a network trained against
 * it finds that out.
 * @param batch [N, 3, size, size], 0..255; left as it is
 * @param cursor where the batch ends: it decides, with the seed, what is done
 * @returns the batch in the same shape, 0..255
 */
export function disturb(batch: Float32Array, size: number, seed: number, cursor: DataCursor): Float32Array {
  const length = CHANNELS * size * size;
  const disturbed = Float32Array.from(batch);
  for (let start = 0; start < batch.length; start += length) {
    const random = randomStream(seed, RandomPurpose.Disturbance, cursor.epoch, cursor.position, start / length);
    const picture = disturbed.subarray(start, start + length);
    const other = (start + length) % batch.length;
    change(picture, batch.subarray(other, other + length), random);
  }
  return disturbed;
}

function change(picture: Float32Array, other: Float32Array, random: RandomStream): void {
  const kind = random.below(6);
  if (kind === 0) blend(picture, other, 0.3 + 0.4 * random.uniform());
  if (kind === 1) addNoise(picture, 64 * random.uniform(), random);
  if (kind === 2) recolour(picture, random);
}

function blend(picture: Float32Array, other: Float32Array, share: number): void {
  for (let i = 0; i < picture.length; i++) picture[i] = (1 - share) * (picture[i] ?? 0) + share * (other[i] ?? 0);
}

function addNoise(picture: Float32Array, deviation: number, random: RandomStream): void {
  for (let i = 0; i < picture.length; i++) picture[i] = clamp((picture[i] ?? 0) + deviation * random.normal());
}

/** Exchanges the channels and gives each a contrast and a brightness of its own. */
function recolour(picture: Float32Array, random: RandomStream): void {
  const plane = picture.length / CHANNELS;
  const original = Float32Array.from(picture);
  for (const [channel, source] of random.permutation(CHANNELS).entries()) {
    const contrast = 0.3 + 1.4 * random.uniform();
    const brightness = 64 + 128 * random.uniform();
    for (let i = 0; i < plane; i++) {
      const value = original[source * plane + i] ?? 0;
      picture[channel * plane + i] = clamp(contrast * (value - 127.5) + brightness);
    }
  }
}

const clamp = (value: number) => Math.min(255, Math.max(0, value));
