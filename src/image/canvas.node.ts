import sharp from 'sharp';
import { CHANNELS, type Picture, type PictureSize } from './picture.ts';

/** A picture and where its upper left corner lies, in pixels. */
export interface PlacedPicture {
  readonly picture: Picture;
  readonly left: number;
  readonly top: number;
}

/** Pictures on a white canvas, later ones over earlier ones; each must lie within it. */
export async function placeOnCanvas(size: PictureSize, placed: readonly PlacedPicture[]): Promise<Picture> {
  const { width, height } = size;
  const canvas = sharp({ create: { width, height, channels: CHANNELS, background: 'white' } });
  const layers = placed.map(({ picture, left, top }) => {
    const raw = { width: picture.width, height: picture.height, channels: CHANNELS } as const;
    return { input: Buffer.from(picture.data), raw, left, top };
  });
  return { width, height, data: await canvas.composite(layers).removeAlpha().raw().toBuffer() };
}
