import sharp from 'sharp';
import { CHANNELS, type Picture, type PictureSize } from './picture.ts';

/**
 * The picture at another size (Lanczos).
 * @param fit `fill`: all of the picture, stretched if the proportions differ; `cover`: the largest centred part of the
 * new proportions
 * @returns the same picture if it has that size already
 */
export async function resizePicture(
  picture: Picture,
  { width, height }: PictureSize,
  fit: 'fill' | 'cover',
): Promise<Picture> {
  if (picture.width === width && picture.height === height) return picture;
  const raw = { width: picture.width, height: picture.height, channels: CHANNELS } as const;
  const resized = sharp(picture.data, { raw }).resize({ width, height, fit, position: 'centre' });
  return { width, height, data: await resized.raw().toBuffer() };
}
