import { type Curve, type CurvePoint, type LossTerm, mapCurves, mapTerms, positive, reducePoints } from './curves.ts';
import type { ValidationLine } from './run-lines.ts';

/** Values along the steps, the form in which the page's charts take them. */
export type Column = readonly (number | null)[];

/** All that the page's script draws; it is embedded in the page as JSON. */
export interface ChartData {
  readonly steps: readonly number[];
  readonly raw: Readonly<Record<Curve, Column>>;
  readonly smooth: Readonly<Record<Curve, Column>>;
  readonly learningRate: Column;
  readonly validationSteps: readonly number[];
  readonly validation: Readonly<Record<LossTerm, Column>>;
  /** Steps at which a warning was given. */
  readonly warningSteps: readonly number[];
}

/** Points of a page's curves: twice as many as the widest chart has pixels for would not be seen. */
const pointLimit = 1200;
/** Significant digits of the embedded values: more than a chart or its readout shows. */
const digits = 5;

/** @param warningSteps steps at which a warning was given */
export function chartData(
  allPoints: readonly CurvePoint[],
  validation: readonly ValidationLine[],
  warningSteps: readonly number[],
): ChartData {
  const points = reducePoints(allPoints, pointLimit);
  return {
    steps: points.map(({ step }) => step),
    raw: mapCurves((curve) => points.map(({ raw }) => rounded(raw[curve]))),
    smooth: mapCurves((curve) => points.map(({ smooth }) => rounded(smooth[curve]))),
    learningRate: points.map(({ learningRate }) => learningRate),
    validationSteps: validation.map(({ step }) => step),
    validation: mapTerms((term) => validation.map((line) => rounded(positive(line[term])))),
    warningSteps,
  };
}

function rounded(value: number | null): number | null {
  return value === null ? null : Number(value.toPrecision(digits));
}
