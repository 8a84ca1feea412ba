import sharp from 'sharp';
import { encodeBytes } from '../../src/image/encode.node.ts';
import type { Picture } from '../../src/image/picture.ts';
import type { Html } from '../../src/report/html.ts';
import { type Box, image, palette } from './svg.ts';

/** Pixels for each unit of a figure: screens of telephones show two and more. */
export const density = 2;

/** A picture in a figure. @param sharp whether its pixels are shown as squares where it is enlarged */
export async function embedded(box: Box, picture: Picture, sharp = false): Promise<Html> {
  const png = Buffer.from(await encodeBytes(picture, 'embedded.png'));
  return image(box, `data:image/png;base64,${png.toString('base64')}`, sharp);
}

/**
 * A figure that holds pictures as a WebP file: pages that show SVG files do not show the pictures in them everywhere.
 * Its text is drawn with the fonts of the machine.
 */
export async function rasterized(svg: string): Promise<Uint8Array> {
  const flat = sharp(Buffer.from(svg), { density: 72 * density }).flatten({ background: palette.paper });
  const { data, info } = await flat.toColourspace('srgb').raw().toBuffer({ resolveWithObject: true });
  return encodeBytes({ width: info.width, height: info.height, data }, 'figure.webp', { quality: 86 });
}
