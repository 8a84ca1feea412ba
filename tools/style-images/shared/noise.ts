/**
 * Value noise: smooth between random values on the whole numbers.
 * @param seed a whole number: another one gives other values
 * @returns -1 to 1, mean 0
 */
export function noise(x: number, y: number, seed: number): number {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  const [across, down] = [fade(x - left), fade(y - top)];
  const upper = hash(left, top, seed) * (1 - across) + hash(left + 1, top, seed) * across;
  const lower = hash(left, top + 1, seed) * (1 - across) + hash(left + 1, top + 1, seed) * across;
  return upper * (1 - down) + lower * down;
}

/**
 * Octaves of noise, each twice as fine and half as strong.
 * @returns within -1 to 1, mean 0
 */
export function fractalNoise(x: number, y: number, seed: number, octaves = 4): number {
  let [sum, weight, scale] = [0, 0.5, 1];
  for (let octave = 0; octave < octaves; octave++) {
    sum += weight * noise(x * scale, y * scale, seed + octave);
    weight /= 2;
    scale *= 2;
  }
  return sum;
}

function fade(part: number): number {
  return part * part * (3 - 2 * part);
}

/** -1 to 1, as good as independent for each place (after MurmurHash3's finaliser). */
function hash(x: number, y: number, seed: number): number {
  let mixed = Math.imul(x, 0x1f1f1f1f) ^ Math.imul(y, 0x5bd1e995) ^ Math.imul(seed, 0x27d4eb2d);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 31 - 1;
}
