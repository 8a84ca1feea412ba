import { describe, expect, it } from 'vitest';
import { choosePoints } from '../../src/report/choose-points.ts';
import { type CurvePoint, type CurveStep, nextPoint, reducePoints } from '../../src/report/curves.ts';
import { formatDuration, formatFigure, formatSetting } from '../../src/report/format.ts';

const stepOf = (step: number, loss: number | null): CurveStep => ({
  ...{ step, loss, content: 1, style: 1, tv: 1 },
  ...{ imagesPerSecond: 1, learningRate: 0.1 },
});

function pointsOf(losses: readonly (number | null)[]): readonly CurvePoint[] {
  const points: CurvePoint[] = [];
  for (const [index, loss] of losses.entries()) points.push(nextPoint(stepOf(index + 1, loss), points.at(-1), index));
  return points;
}

describe('smoothed curves', () => {
  it('follow a constant exactly and leave out what is no positive number', () => {
    const points = pointsOf([4, 4, null, 0, -1, Number.NaN, 4]);
    expect(points.map(({ raw }) => raw.loss)).toEqual([4, 4, null, null, null, null, 4]);
    for (const { smooth } of points) expect(smooth.loss).toBeCloseTo(4, 12);
  });

  it('even out noise around a level, in the middle of its logarithm', () => {
    const points = pointsOf(Array.from({ length: 400 }, (_, index) => (index % 2 === 0 ? 1 : 100)));
    expect(Math.log10(points.at(-1)?.smooth.loss ?? 0)).toBeCloseTo(1, 1);
  });
});

describe('reduced curves', () => {
  it('keep each group’s extremes in the order they came', () => {
    const points = pointsOf([5, 1, 9, 5, 5, 8, 2, 5]);
    const reduced = reducePoints(points, 4);
    expect(reduced.map(({ step, raw }) => [step, raw.loss])).toEqual([
      [1, 1],
      [4, 9],
      [5, 8],
      [8, 2],
    ]);
  });

  it('are all points where these are few', () => {
    const points = pointsOf([1, 2, 3]);
    expect(reducePoints(points, 3)).toBe(points);
  });
});

describe('points in time', () => {
  it.each([
    [[], []],
    [[100], [100]],
    [
      [1, 2, 3, 4],
      [1, 2, 3, 4],
    ],
    [
      [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
      [1, 2, 5, 10],
    ],
    [
      [0, 10, 100, 1000, 10_000],
      [0, 10, 1000, 10_000],
    ],
    [
      [1000, 1001, 1002, 1003, 1004, 1005],
      [1000, 1002, 1003, 1005],
    ],
  ])('of %j are %j', (steps, expected) => {
    expect(choosePoints(steps, 4)).toEqual(expected);
  });
});

describe('figures', () => {
  it.each([
    [null, '–'],
    [0.0123456, '0.01235'],
    [1234.5, '1235'],
    [12_345_678, '1.23e7'],
    [0.00001234, '1.23e−5'],
  ])('%s is written %s', (value, text) => {
    expect(formatFigure(value)).toBe(text);
  });

  it.each([
    [40, '40 s'],
    [99.6, '2 min'],
    [3599, '1 h 00 min'],
    [3 * 3600 + 300, '3 h 05 min'],
    [52 * 3600, '2 d 4 h'],
  ])('%s seconds are %s', (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text);
  });

  it.each([
    ['', '–'],
    [false, 'no'],
    [0.003, '0.003'],
    [['a.jpg', 'b.jpg'], 'a.jpg, b.jpg'],
  ])('the setting %j is written %s', (value, text) => {
    expect(formatSetting(value)).toBe(text);
  });
});
