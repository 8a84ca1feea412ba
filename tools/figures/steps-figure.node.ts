import type { Picture } from '../../src/image/picture.ts';
import { nearestIndex } from '../../src/report/choose-points.ts';
import type { Html } from '../../src/report/html.ts';
import { embedded } from './raster.node.ts';
import { innerWidth, margin, svgFile, text } from './svg.ts';

/** A photograph as the network painted it after so many steps. */
export interface PaintedStep {
  readonly step: number;
  readonly picture: Picture;
}

const wantedSteps = [50, 200, 1000];
const gap = 12;

/**
 * Of the steps that there are pictures of, those nearest to 50, 200 and 1000, and the last.
 * @param steps ascending, at least one
 */
export function shownSteps(steps: readonly number[]): readonly number[] {
  const last = steps.length - 1;
  const indices = [...wantedSteps.map((wanted) => nearestIndex(steps, wanted)), last];
  return steps.filter((_, index) => indices.includes(index));
}

/** The pictures, all of one size, in rows of two (an odd number in one row), and below each its step. */
export async function stepsFigure(painted: readonly PaintedStep[]): Promise<string> {
  const [first] = painted;
  const columns = painted.length % 2 === 0 ? 2 : painted.length;
  const width = (innerWidth - gap * (columns - 1)) / columns;
  const height = first ? (width * first.picture.height) / first.picture.width : 0;
  const rowHeight = height + 40;
  const content: Html[] = [];
  for (const [index, { step, picture }] of painted.entries()) {
    const x = margin + (index % columns) * (width + gap);
    const y = margin + Math.floor(index / columns) * rowHeight;
    content.push(await embedded({ x, y, width, height }, picture));
    content.push(text(x, y + height + 22, `step ${step}`));
  }
  const rows = Math.ceil(painted.length / columns);
  const title = `The same photograph, painted after ${painted.map(({ step }) => step).join(', ')} steps`;
  return svgFile(title, margin + rows * rowHeight + margin - 16, content);
}
