import type { TransformNetworkOptions } from '../../src/graph-builder/networks/transform-network.ts';
import { type Html, html } from '../../src/report/html.ts';
import { type Colour, figureWidth, innerWidth, margin, palette, path, rectangle, svgFile, text } from './svg.ts';
import { type ConvolutionLayer, transformNetworkLayers } from './transform-network-layers.ts';

const rowHeight = 38;
const rowGap = 30;
/** Below a residual block: where its input is added, and where the next block's leaves for its own sum. */
const junction = { sum: 9, branch: 18, radius: 7 } as const;
/** The part of the figure's width that a picture of a half and of a quarter of the size has: its names need the room. */
const narrowing = 0.2;
const centre = figureWidth / 2;

/** What is drawn as one box: a convolution, a residual block, or a picture. */
interface Row {
  readonly name: string;
  readonly shape: readonly number[];
  readonly fill: Colour;
  /** Whether what it reads is added to its result. */
  readonly isResidual: boolean;
}

/**
 * The transform network as a column of its layers, from the photograph to the painted picture, each with the shape of its
 * result; narrower where that is smaller.
 * @param size height and width of the photograph
 */
export function transformNetworkFigure(options: TransformNetworkOptions, size: number): string {
  const photograph = picture('photograph', size);
  const last = options.output === 'tanh' ? ', then 150 tanh + 127.5' : '';
  const rows = [photograph, ...rowsOf(transformNetworkLayers(options, size), last), picture('painted picture', size)];
  const top = margin + 56;
  const content = rows.flatMap((row, index) => {
    const y = top + index * (rowHeight + rowGap);
    const isLast = index === rows.length - 1;
    return [isLast ? null : arrow(y + rowHeight), drawRow(row, y, size)];
  });
  const note = [
    text(centre, margin + 12, 'k×k: convolution, instance normalisation, ReLU', { anchor: 'middle', colour: 'quiet' }),
    text(centre, margin + 36, 'residual block: two 3×3, and what came in is added', {
      anchor: 'middle',
      colour: 'quiet',
    }),
  ];
  const title = `The transform network with ${options.channels} channels on a photograph of ${size} × ${size} pixels`;
  return svgFile(title, top + rows.length * (rowHeight + rowGap) - rowGap + margin, [...note, ...content]);
}

function picture(name: string, size: number): Row {
  return { name, shape: [3, size, size], fill: 'rule', isResidual: false };
}

/** @param last what the last convolution, which no normalisation follows, is followed by */
function rowsOf(layers: readonly ConvolutionLayer[], last: string): readonly Row[] {
  const rows: Row[] = [];
  for (const layer of layers) {
    const isLast = layer === layers.at(-1);
    const [part, block = ''] = layer.scope.split('.');
    const isResidual = part === 'residual';
    if (isResidual && layer.scope.endsWith('conv2')) continue;
    const convolution = `${convolutionName(layer)}${isLast ? ` alone${last}` : ''}`;
    const name = isResidual ? `residual block ${block}` : convolution;
    rows.push({ name, shape: layer.shape, fill: 'raised', isResidual });
  }
  return rows;
}

function convolutionName({ kernel, stride, doubling }: ConvolutionLayer): string {
  const window = `${kernel}×${kernel}`;
  if (doubling === 'nearest') return `double, ${window}`;
  if (doubling === 'transposed') return `${window} transposed`;
  return stride === 1 ? window : `${window}, stride ${stride}`;
}

function drawRow({ name, shape, fill, isResidual }: Row, y: number, size: number): readonly Html[] {
  const reduction = Math.log2(size / (shape[1] ?? size));
  const width = innerWidth * (1 - narrowing * reduction);
  const [left, right] = [centre - width / 2, centre + width / 2];
  const baseLine = y + rowHeight / 2 + 6;
  return [
    rectangle({ x: left, y, width, height: rowHeight }, fill, isResidual ? 'accent' : 'quiet'),
    text(left + 14, baseLine, name),
    text(right - 14, baseLine, shape.join(' × '), { anchor: 'end', colour: 'quiet' }),
    ...(isResidual ? skip(right, y) : []),
  ];
}

/** The way around a residual block, to the sum below it. */
function skip(right: number, y: number): readonly Html[] {
  const sum = y + rowHeight + junction.sum;
  const start = y - rowGap + junction.branch;
  const side = right + 26;
  const way = [
    [centre, start] as const,
    [side, start] as const,
    [side, sum] as const,
    [centre + junction.radius, sum] as const,
  ];
  return [path(way, { colour: 'accent', arrow: true }), plus(sum)];
}

function plus(y: number): Html {
  const { radius } = junction;
  const line = (x: number, dy: number) =>
    path([[centre - x, y - dy] as const, [centre + x, y + dy] as const], { colour: 'accent' });
  return html`<circle cx="${centre}" cy="${y}" r="${radius}" fill="${palette.paper}" stroke="${palette.accent}" stroke-width="1.5"/>
${line(radius - 3, 0)}${line(0, radius - 3)}`;
}

function arrow(y: number): Html {
  return path([[centre, y] as const, [centre, y + rowGap - 1] as const], { arrow: true });
}
