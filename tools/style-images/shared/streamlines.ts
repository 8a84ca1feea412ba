import { type Point, PointIndex } from './point-index.ts';

/** The direction of lines at a position, as an angle in radians; opposite directions count as one. */
export type Flow = (x: number, y: number) => number;

/** How one line is followed. */
export interface TraceOptions {
  readonly flow: Flow;
  /** The distance between neighbouring points, in pixels. */
  readonly step: number;
  /** Takes a point, or ends the line with `false`. `place` counts from the start, backwards in negative numbers. */
  readonly take: (point: Point, place: number) => boolean;
}

/** Follows the flow from a point in both directions (midpoint method), as long as points are taken. */
export function traceLine(start: Point, { flow, step, take }: TraceOptions): readonly Point[] {
  const follow = (direction: 1 | -1) => {
    const points: Point[] = [];
    let [{ x, y }, heading] = [start, flow(start.x, start.y) + (direction === 1 ? 0 : Math.PI)];
    for (;;) {
      const middle = alike(flow(x + (Math.cos(heading) * step) / 2, y + (Math.sin(heading) * step) / 2), heading);
      const point = { x: x + Math.cos(middle) * step, y: y + Math.sin(middle) * step };
      if (!take(point, direction * (points.length + 1))) return points;
      points.push(point);
      ({ x, y } = point);
      heading = alike(flow(x, y), middle);
    }
  };
  return [...follow(-1).reverse(), start, ...follow(1)];
}

/** How an area is filled with lines. */
export interface FillOptions {
  readonly flow: Flow;
  readonly step: number;
  /** Whether a position belongs to the area. */
  readonly inside: (x: number, y: number) => boolean;
  /** The distance between neighbouring lines at a position, in pixels. */
  readonly spacing: (x: number, y: number) => number;
  /** The most points of a line in one direction. */
  readonly longest: number;
}

interface Placed extends Point {
  readonly place: number;
}

// A line may come this much nearer to another one than it may begin (Jobard and Lefer's d_test).
const NEARER = 0.75;

/**
 * Fills an area with lines at even distances (Jobard and Lefer, Creating Evenly-Spaced Streamlines of Arbitrary
 * Density, 1997): each line's neighbours begin beside it, so that rows lie next to rows.
 * @param seeds where to begin; each is used if no line is near it by then
 */
export function fillWithLines(seeds: Iterable<Point>, options: FillOptions): readonly (readonly Point[])[] {
  const { flow, step, inside, spacing, longest } = options;
  const cell = Math.max(step, spacing(0, 0));
  const taken = new PointIndex<Point>(cell);
  const lines: (readonly Point[])[] = [];
  const mayBegin = (point: Point) =>
    inside(point.x, point.y) && !taken.hasWithin(point, 0.95 * spacing(point.x, point.y));
  const addLine = (start: Point) => {
    // A line keeps off itself too, but for the points just before and after.
    const own = new PointIndex<Placed>(cell);
    const apart = Math.ceil(spacing(start.x, start.y) / step);
    own.add({ ...start, place: 0 });
    const take = (point: Point, place: number) => {
      const { x, y } = point;
      if (Math.abs(place) > longest || !inside(x, y)) return false;
      const nearest = NEARER * spacing(x, y);
      if (taken.hasWithin(point, nearest)) return false;
      if (own.hasWithin(point, nearest, (other) => Math.abs(other.place - place) > apart)) return false;
      own.add({ x, y, place });
      return true;
    };
    const line = traceLine(start, { flow, step, take });
    for (const point of line) taken.add(point);
    lines.push(line);
  };
  let grown = 0;
  for (const seed of seeds) {
    if (!mayBegin(seed)) continue;
    addLine(seed);
    for (; grown < lines.length; grown++) {
      for (const { x, y } of lines[grown] ?? []) {
        const across = flow(x, y) + Math.PI / 2;
        for (const side of [-1, 1]) {
          const distance = side * spacing(x, y);
          const start = { x: x + Math.cos(across) * distance, y: y + Math.sin(across) * distance };
          if (mayBegin(start)) addLine(start);
        }
      }
    }
  }
  return lines;
}

/** The angle or its opposite, whichever is nearer to a heading. */
function alike(angle: number, heading: number): number {
  return Math.cos(angle - heading) < 0 ? angle + Math.PI : angle;
}
