import { describe, expect, it } from 'vitest';
import { contourFlow } from '../../../tools/style-images/shared/contour-flow.ts';
import { distanceToBorders } from '../../../tools/style-images/shared/distance.ts';
import type { Point } from '../../../tools/style-images/shared/point-index.ts';
import { fillWithLines, traceLine } from '../../../tools/style-images/shared/streamlines.ts';

const around = (x: number, y: number) => Math.atan2(y - 60, x - 60) + Math.PI / 2;

function between({ x, y }: Point, other: Point): number {
  return Math.hypot(x - other.x, y - other.y);
}

describe('traceLine', () => {
  it('stays on the circle that the flow runs along', () => {
    const line = traceLine({ x: 100, y: 60 }, { flow: around, step: 2, take: (_, place) => Math.abs(place) <= 50 });
    expect(line).toHaveLength(101);
    for (const point of line) expect(Math.abs(between(point, { x: 60, y: 60 }) - 40)).toBeLessThan(0.1);
  });
});

describe('fillWithLines', () => {
  const inside = (x: number, y: number) => x >= 0 && y >= 0 && x < 120 && y < 120;
  const lines = fillWithLines([{ x: 90, y: 60 }], { flow: around, step: 9, inside, spacing: () => 8, longest: 200 });
  const points = lines.flat();

  it('keeps points apart', () => {
    const nearest = points.map((point) =>
      Math.min(...points.filter((other) => other !== point).map((other) => between(point, other))),
    );
    expect(Math.min(...nearest)).toBeGreaterThan(0.6 * 8);
  });

  it('leaves no room for another line', () => {
    const corners = Array.from({ length: 100 }, (_, index) => ({
      x: 6 + 12 * (index % 10),
      y: 6 + 12 * Math.floor(index / 10),
    }));
    for (const corner of corners)
      expect(Math.min(...points.map((point) => between(point, corner)))).toBeLessThan(2 * 8);
  });
});

describe('contourFlow', () => {
  it('runs along a border, and along the middle of a band between two', () => {
    const [width, height] = [60, 40];
    const labels = Uint8Array.from({ length: width * height }, (_, index) => {
      const row = Math.floor(index / width);
      return row >= 10 && row < 21 ? 2 : 1;
    });
    const flow = contourFlow(distanceToBorders(width, height, labels), 2);
    for (const y of [4, 12, 15, 18, 30]) expect(Math.abs(Math.sin(flow(30, y)))).toBeLessThan(0.01);
  });
});
