import sharp from 'sharp';
import { randomStream } from '../../src/dataset/random.ts';
import { CHANNELS, type Picture } from '../../src/image/picture.ts';

/** A stylized picture with its photograph, of the same size, and the painting. */
export interface Original {
  readonly stylized: Picture;
  readonly photograph: Picture;
  readonly painting: Picture;
}

type Fault = (original: Original) => Promise<Picture>;

/** Ways to spoil a stylized picture: nobody prefers the result, so that a measure must not either. */
export const faults: Readonly<Record<string, Fault>> = {
  'half the photograph': async ({ stylized, photograph }) =>
    mapSamples(stylized, (value, index) => (value + (photograph.data[index] ?? 0)) / 2),
  blurred: async ({ stylized }) => blurred(stylized, 1.5),
  'diagonal stripes': async ({ stylized }) =>
    mapSamples(stylized, (value, _, x, y) => value + 12 * Math.sin(((x + y) * 2 * Math.PI) / 6)),
  'a lattice of dots': async ({ stylized }) =>
    mapSamples(stylized, (value, _, x, y) => value + (x % 8 < 2 && y % 8 < 2 ? 40 : 0)),
  noise: async ({ stylized }) => {
    const random = randomStream(1);
    return mapSamples(stylized, (value) => value + 16 * random.normal());
  },
  halos: async ({ stylized, photograph }) => {
    const surroundings = await blurred(photograph, 8);
    const overshoot = (index: number) => (photograph.data[index] ?? 0) - (surroundings.data[index] ?? 0);
    return mapSamples(stylized, (value, index) => value + 0.8 * overshoot(index));
  },
  'black smears': async ({ stylized }) => {
    const random = randomStream(2);
    const clouds = await blurred(
      mapSamples(stylized, () => 128 + 40 * random.normal()),
      12,
    );
    const [limit = 0] = clouds.data.toSorted().subarray(Math.floor(0.93 * clouds.data.length));
    return mapSamples(stylized, (value, index) => ((clouds.data[index - (index % CHANNELS)] ?? 0) > limit ? 8 : value));
  },
  'colours alone': async ({ photograph, painting }) => recoloured(photograph, painting),
};

function mapSamples(
  { width, height, data }: Picture,
  change: (value: number, index: number, x: number, y: number) => number,
): Picture {
  const changed = Uint8ClampedArray.from(data, (value, index) => {
    const pixel = Math.floor(index / CHANNELS);
    return change(value, index, pixel % width, Math.floor(pixel / width));
  });
  return { width, height, data: new Uint8Array(changed.buffer) };
}

async function blurred({ width, height, data }: Picture, sigma: number): Promise<Picture> {
  const raw = { width, height, channels: CHANNELS } as const;
  return { width, height, data: await sharp(data, { raw }).blur(sigma).raw().toBuffer() };
}

/** The picture with the painting's distribution of each channel (histogram matching). */
function recoloured(picture: Picture, painting: Picture): Picture {
  const data = new Uint8Array(picture.data.length);
  for (let channel = 0; channel < CHANNELS; channel++) {
    const [from, to] = [samplesOf(picture, channel), samplesOf(painting, channel).toSorted()];
    const order = Uint32Array.from(from.keys()).sort((a, b) => (from[a] ?? 0) - (from[b] ?? 0));
    order.forEach((pixel, rank) => {
      data[pixel * CHANNELS + channel] = to[Math.floor(((rank + 0.5) * to.length) / order.length)] ?? 0;
    });
  }
  return { ...picture, data };
}

function samplesOf({ data }: Picture, channel: number): Uint8Array {
  return data.filter((_, index) => index % CHANNELS === channel);
}
