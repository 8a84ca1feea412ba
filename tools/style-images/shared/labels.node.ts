import sharp from 'sharp';
import type { PictureSize } from '../../../src/image/picture.ts';

/**
 * Draws areas over each other and says which one each pixel shows.
 * @param areas SVG elements, the first one at the back; a line says `fill="none" stroke="currentColor"`
 * @param size what the coordinates of the areas refer to
 * @param scale pixels for each unit of the coordinates
 * @returns for each pixel the number of its area, 0 for none, 1 for the first
 * @throws if there are more than 255 areas
 */
export async function drawLabels(
  areas: readonly string[],
  { width, height }: PictureSize,
  scale: number,
): Promise<Uint8Array> {
  if (areas.length > 255) throw new Error(`Expected at most 255 areas but received ${areas.length}`);
  const groups = areas.map((area, index) => `<g color="rgb(${index + 1},0,0)" fill="currentColor">${area}</g>`);
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width * scale}" height="${height * scale}"
    viewBox="0 0 ${width} ${height}" shape-rendering="crispEdges"><rect width="100%" height="100%"/>${groups.join('')}</svg>`;
  return await sharp(Buffer.from(svg)).extractChannel(0).raw().toBuffer();
}
