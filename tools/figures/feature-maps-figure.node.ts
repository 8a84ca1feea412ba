import type { Picture } from '../../src/image/picture.ts';
import { resizePicture } from '../../src/image/resize.node.ts';
import type { Html } from '../../src/report/html.ts';
import { mapColours } from './colour-map.ts';
import type { FeatureMap, LayerMaps } from './feature-maps.ts';
import { density, embedded } from './raster.node.ts';
import { figureWidth, innerWidth, margin, svgFile, text } from './svg.ts';

const gap = 12;
const photographWidth = 300;
/** The part of a map's values that its colours are spread over; single bright pixels do not darken the rest. */
const spread = 0.98;

/** The photograph, and below it a row of maps for each layer, all of its proportions. */
export async function featureMapsFigure(photograph: Picture, layers: readonly LayerMaps[]): Promise<string> {
  const proportion = photograph.height / photograph.width;
  const columns = Math.max(...layers.map(({ maps }) => maps.length));
  const width = (innerWidth - gap * (columns - 1)) / columns;
  const height = width * proportion;
  const photographHeight = photographWidth * proportion;
  const content: Html[] = [
    await embedded(
      { x: (figureWidth - photographWidth) / 2, y: margin, width: photographWidth, height: photographHeight },
      await reduced(photograph, density * photographWidth),
    ),
  ];
  let y = margin + photographHeight + 14;
  for (const layer of layers) {
    y += 34;
    content.push(text(margin, y, layer.layer, { bold: true }));
    content.push(text(figureWidth - margin, y, sizes(layer), { anchor: 'end', colour: 'quiet', size: 17 }));
    y += 12;
    for (const [column, map] of layer.maps.entries()) {
      const x = margin + column * (width + gap);
      content.push(await embedded({ x, y, width, height }, await mapPicture(layer, map, density * width), true));
      content.push(
        text(x + width / 2, y + height + 21, `channel ${map.channel}`, { anchor: 'middle', colour: 'quiet', size: 17 }),
      );
    }
    y += height + 26;
  }
  const title = `A photograph and, for each of ${layers.length} layers of the loss network, the channels that vary most`;
  return svgFile(title, y + margin - 8, content);
}

function sizes({ channels, width, height }: LayerMaps): string {
  return `${channels} channels of ${width} × ${height}`;
}

/** A map in colours, at its own size where it has fewer pixels than are shown, so that these are seen. */
async function mapPicture({ width, height }: LayerMaps, { values }: FeatureMap, mostPixels: number): Promise<Picture> {
  const brightest = quantile(values, spread);
  const picture = mapColours(values, width, height, (value) => (brightest > 0 ? value / brightest : 0));
  return reduced(picture, mostPixels);
}

async function reduced(picture: Picture, mostPixels: number): Promise<Picture> {
  const width = Math.round(Math.min(picture.width, mostPixels));
  const height = Math.max(1, Math.round((picture.height * width) / picture.width));
  return resizePicture(picture, { width, height }, 'fill');
}

function quantile(values: Float32Array, part: number): number {
  return values.toSorted()[Math.round(part * (values.length - 1))] ?? 0;
}
