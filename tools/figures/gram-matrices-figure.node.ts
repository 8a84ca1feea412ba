import { layerOf } from '../../src/graph-builder/objective/objective.ts';
import type { Picture } from '../../src/image/picture.ts';
import { resizePicture } from '../../src/image/resize.node.ts';
import { type Html, html } from '../../src/report/html.ts';
import { colourOf, mapColours } from './colour-map.ts';
import { energyOrder, type GramMatrix, type LogarithmicScale, reordered, sharedScale } from './gram-matrices.ts';
import { density, embedded } from './raster.node.ts';
import { figureWidth, innerWidth, margin, svgFile, tenths, text } from './svg.ts';

/** A picture and its Gram matrix at each layer. */
export interface PictureGrams {
  readonly picture: Picture;
  readonly grams: ReadonlyMap<string, GramMatrix>;
}

export interface GramFigure {
  readonly painting: PictureGrams;
  readonly photograph: PictureGrams;
  readonly result: PictureGrams;
}

const gap = 12;
/** About as wide as a digit of a scale's labels. */
const digitWidth = 11;
const side = (innerWidth - 2 * gap) / 3;

/**
 * The three pictures, cut to squares, and below them their Gram matrices, a row for each layer: one colour scale for a
 * row, channels in the order of their energy in the painting.
 * @param layers those that the matrices are of, from top to bottom
 */
export async function gramMatricesFigure(figure: GramFigure, layers: readonly string[]): Promise<string> {
  const columns = [
    ['painting', figure.painting],
    ['result', figure.result],
    ['photograph', figure.photograph],
  ] as const;
  const content: Html[] = [];
  for (const [column, [name, { picture }]] of columns.entries()) {
    const box = { x: left(column), y: margin + 28, width: side, height: side };
    content.push(text(box.x, margin + 16, name, { bold: true }), await embedded(box, await square(picture)));
  }
  let y = margin + 28 + side + 38;
  for (const layer of layers) {
    const order = energyOrder(layerOf(figure.painting.grams, layer));
    const matrices = columns.map(([, { grams }]) => reordered(layerOf(grams, layer), order));
    const scale = sharedScale(matrices);
    const { size = 0 } = matrices[0] ?? {};
    content.push(text(margin, y, layer, { bold: true }));
    content.push(text(margin + 84, y, `${size} × ${size}`, { colour: 'quiet', size: 17 }));
    content.push(scaleBar(layer, scale, y));
    y += 14;
    for (const [column, { values }] of matrices.entries()) {
      const box = { x: left(column), y, width: side, height: side };
      content.push(await embedded(box, mapColours(values, size, size, scale.of), size < density * side));
    }
    y += side + 40;
  }
  const title =
    'Gram matrices of the painting, the result and the photograph: those of the result are like the painting’s';
  return svgFile(title, y - 40 + margin, content);
}

const left = (column: number) => margin + column * (side + gap);

async function square(picture: Picture): Promise<Picture> {
  const pixels = Math.round(density * side);
  return resizePicture(picture, { width: pixels, height: pixels }, 'cover');
}

/** The colours of a scale with the values of its ends. @param y of the base line of its labels */
function scaleBar(layer: string, { from, to }: LogarithmicScale, y: number): Html {
  const [width, height] = [150, 12];
  const x = figureWidth - margin - width - 8 - digitWidth * power(to).length;
  const colours = Array.from({ length: 9 }, (_, index) => index / 8).map(
    (part) => html`<stop offset="${tenths(100 * part)}%" stop-color="rgb(${colourOf(part).join(' ')})"/>`,
  );
  return html`<linearGradient id="scale-${layer}">${colours}</linearGradient>
<rect x="${tenths(x)}" y="${tenths(y - height)}" width="${width}" height="${height}" rx="2" fill="url(#scale-${layer})"/>
${text(x - 8, y, power(from), { anchor: 'end', size: 17, colour: 'quiet' })}${text(x + width + 8, y, power(to), { size: 17, colour: 'quiet' })}`;
}

function power(exponent: number): string {
  return Number((10 ** exponent).toPrecision(2)).toString();
}
