import { type CurvePoint, type LossTerm, lossTerms, positive, reducePoints } from '../../src/report/curves.ts';
import { type Html, html } from '../../src/report/html.ts';
import type { ValidationLine } from '../../src/report/run-lines.ts';
import { figureWidth, innerWidth, margin, palette, path, svgFile, tenths, text } from './svg.ts';

const plot = { left: 74, right: figureWidth - margin - 84, top: margin, bottom: 374 } as const;
const legend = plot.bottom + 84;
/** Points of a curve: more would not be seen. */
const pointLimit = 400;
/** More would hide each other. */
const dotLimit = 20;
/** What a term is called in the text beside its curve. */
const labels: Readonly<Record<LossTerm, string>> = {
  loss: 'loss',
  content: 'content',
  style: 'style',
  tv: 'variation',
};
/** Space between the names of curves that end at one height. */
const labelHeight = 20;

/** Decades left free above the largest value and below the least. */
const spare = 0.1;

/** From a run's figures to a place in the plot. */
interface Axes {
  readonly x: (step: number) => number;
  readonly y: (value: number) => number;
  readonly steps: number;
  /** Powers of ten at the ends of the vertical axis. */
  readonly from: number;
  readonly to: number;
}

/**
 * The loss and its unweighted terms over the steps, on a logarithmic axis: each step's value faint, their moving mean
 * strong, values of the photographs kept out of the training as dots.
 * @throws if there are not two steps
 */
export function lossCurvesFigure(points: readonly CurvePoint[], validation: readonly ValidationLine[]): string {
  const axes = axesOf(points, validation);
  const shown = reducePoints(points, pointLimit);
  const curves = lossTerms.map((term) => curveOf(term, shown, axes));
  const dots = lossTerms.flatMap((term) =>
    everyNth(validation, dotLimit).map((line) => dot(axes.x(line.step), positive(line[term]), term, axes)),
  );
  const title = 'The loss and its terms over the steps of a training run';
  return svgFile(title, legend + 20, [grid(axes), curves, dots, curveNames(points, axes), explanation(validation)]);
}

/** So many of them that there are at most `limit`: the last one, and others at equal distances before it. */
function everyNth<T>(items: readonly T[], limit: number): readonly T[] {
  const distance = Math.ceil(items.length / limit);
  return items.filter((_, index) => (items.length - 1 - index) % distance === 0);
}

function axesOf(points: readonly CurvePoint[], validation: readonly ValidationLine[]): Axes {
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last || first === last) {
    throw new Error(`Expected a run of at least two steps to draw curves of but received ${points.length}`);
  }
  const values = lossTerms
    .flatMap((term) => [...points.map(({ raw }) => raw[term]), ...validation.map((line) => positive(line[term]))])
    .filter((value) => value !== null);
  const exponents = values.map(Math.log10);
  const lowest = exponents.reduce((a, b) => Math.min(a, b), 0);
  const highest = exponents.reduce((a, b) => Math.max(a, b), lowest);
  const [from, to] = [lowest - spare, highest + spare];
  const width = plot.right - plot.left;
  return {
    x: (step) => plot.left + (width * step) / last.step,
    y: (value) => plot.bottom - ((plot.bottom - plot.top) * (Math.log10(value) - from)) / (to - from),
    steps: last.step,
    from,
    to,
  };
}

function curveOf(term: LossTerm, points: readonly CurvePoint[], { x, y }: Axes): readonly Html[] {
  const line = (kind: 'raw' | 'smooth') =>
    points.flatMap((point) => {
      const value = point[kind][term];
      return value === null ? [] : [[x(point.step), y(value)] as const];
    });
  return [
    path(line('raw'), { colour: term, width: 1, opacity: 0.25 }),
    path(line('smooth'), { colour: term, width: 2.5 }),
  ];
}

function dot(x: number, value: number | null, term: LossTerm, { y }: Axes): Html | null {
  if (value === null) return null;
  return html`<circle cx="${tenths(x)}" cy="${tenths(y(value))}" r="4.5" fill="${palette[term]}" stroke="${palette.paper}" stroke-width="1.5"/>
`;
}

function grid({ x, y, steps, from, to }: Axes): readonly Html[] {
  const decades = Array.from({ length: Math.floor(to) - Math.ceil(from) + 1 }, (_, index) => Math.ceil(from) + index);
  const horizontal = decades.flatMap((exponent) => {
    const at = y(10 ** exponent);
    return [
      path([[plot.left, at] as const, [plot.right, at] as const], { colour: 'rule', width: 1.5 }),
      text(plot.left - 10, at + 6, String(Number((10 ** exponent).toPrecision(1))), {
        anchor: 'end',
        colour: 'quiet',
        size: 17,
      }),
    ];
  });
  const step = roundStep(steps / 4);
  const ticks = Array.from({ length: Math.floor(steps / step) + 1 }, (_, index) => index * step);
  const vertical = ticks.flatMap((tick) => [
    path([[x(tick), plot.bottom] as const, [x(tick), plot.bottom + 6] as const]),
    text(x(tick), plot.bottom + 26, String(tick), { anchor: 'middle', colour: 'quiet', size: 17 }),
  ]);
  return [
    ...horizontal,
    path([[plot.left, plot.bottom] as const, [plot.right, plot.bottom] as const]),
    ...vertical,
    text(plot.right + 10, plot.bottom + 5, 'steps', { colour: 'quiet', size: 17 }),
  ];
}

/** The least of 1, 2, 5, 10, 20, 50, … that is not below a number. */
function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(least, 1)));
  return power * ([1, 2, 5].find((factor) => factor * power >= least) ?? 10);
}

/** The curves' names at their ends, moved apart where these lie close together. */
function curveNames(points: readonly CurvePoint[], { y }: Axes): readonly Html[] {
  const ends = lossTerms
    .flatMap((term) => {
      const value = points.at(-1)?.smooth[term] ?? null;
      return value === null ? [] : [{ term, y: y(value) }];
    })
    .sort((a, b) => a.y - b.y);
  let above = Number.NEGATIVE_INFINITY;
  return ends.map(({ term, y: end }) => {
    above = Math.max(end, above + labelHeight);
    return text(plot.right + 8, above + 6, labels[term], { colour: term, bold: true, size: 17 });
  });
}

function explanation(validation: readonly ValidationLine[]): readonly (Html | null)[] {
  const lines = 'faint: each step; strong: their moving mean';
  const dots = 'dots: photographs kept out of the training';
  const options = { colour: 'quiet', size: 17, anchor: 'middle' } as const;
  const centre = margin + innerWidth / 2;
  return [
    text(centre, legend - 24, lines, options),
    validation.length === 0 ? null : text(centre, legend, dots, options),
  ];
}
