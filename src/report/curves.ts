/** The loss and its terms, as metrics.jsonl and validation.jsonl name them. */
export const lossTerms = ['loss', 'content', 'style', 'tv'] as const;
export type LossTerm = (typeof lossTerms)[number];

/** What the report draws smoothed over the steps. */
export type Curve = LossTerm | 'imagesPerSecond';

/** A value for each curve; null where there is none, or one that a logarithmic axis cannot show. */
export type CurveValues = Readonly<Record<Curve, number | null>>;

/** One training step as the report draws it. */
export interface CurvePoint {
  readonly step: number;
  readonly raw: CurveValues;
  /** Moving geometric mean. */
  readonly smooth: CurveValues;
  readonly learningRate: number | null;
}

/** A record with a value for each loss term, computed from its name. */
export function mapTerms<T>(of: (term: LossTerm) => T): Readonly<Record<LossTerm, T>> {
  return { loss: of('loss'), content: of('content'), style: of('style'), tv: of('tv') };
}

/** A record with a value for each curve, computed from its name. */
export function mapCurves<T>(of: (curve: Curve) => T): Readonly<Record<Curve, T>> {
  return { ...mapTerms(of), imagesPerSecond: of('imagesPerSecond') };
}

/** Steps in the moving mean's window, once so many are done. */
const smoothingWindow = 50;
/** Before that the window is this part of the steps done, so that the steep beginning is not smeared. */
const smoothingPart = 1 / 8;

/** What a step brings to the curves. */
export type CurveStep = CurveValues & { readonly step: number; readonly learningRate: number | null };

/**
 * A step's point on the curves.
 * @param previous the point before it
 * @param index how many points are before it
 */
export function nextPoint(current: CurveStep, previous: CurvePoint | undefined, index: number): CurvePoint {
  const raw = mapCurves((curve) => positive(current[curve]));
  const share = 1 / Math.min(smoothingWindow, 1 + smoothingPart * index);
  const smooth = mapCurves((curve) => moveTowards(previous?.smooth[curve] ?? null, raw[curve], share));
  return { step: current.step, raw, smooth, learningRate: current.learningRate };
}

function moveTowards(mean: number | null, value: number | null, share: number): number | null {
  if (mean === null || value === null) return value ?? mean;
  return mean ** (1 - share) * value ** share;
}

/** The value if a logarithmic axis can show it. */
export function positive(value: number | null): number | null {
  return value !== null && value > 0 && Number.isFinite(value) ? value : null;
}

/**
 * At most `limit` points that look like all of them: steps are gathered in groups, and of each group and curve the least
 * and the greatest value are kept, in the order they came, at the group's first and last step.
 */
export function reducePoints(points: readonly CurvePoint[], limit: number): readonly CurvePoint[] {
  if (points.length <= limit) return points;
  const groups = Math.floor(limit / 2);
  return Array.from({ length: groups }, (_, group) => {
    const start = Math.floor((group * points.length) / groups);
    return endsOf(points.slice(start, Math.floor(((group + 1) * points.length) / groups)));
  }).flat();
}

function endsOf(group: readonly CurvePoint[]): readonly CurvePoint[] {
  const [first, last] = [group[0], group.at(-1)];
  if (!first || !last || first === last) return group;
  const extremes = (curve: Curve) => extremesInOrder(group.map(({ raw }) => raw[curve]));
  return [
    { ...first, raw: mapCurves((curve) => extremes(curve)[0]) },
    { ...last, raw: mapCurves((curve) => extremes(curve)[1]) },
  ];
}

function extremesInOrder(values: readonly (number | null)[]): readonly [number | null, number | null] {
  let least: number | null = null;
  let greatest: number | null = null;
  let greatestIsLater = true;
  for (const value of values) {
    if (value === null) continue;
    if (greatest === null || value > greatest) [greatest, greatestIsLater] = [value, true];
    if (least === null || value < least) [least, greatestIsLater] = [value, false];
  }
  return greatestIsLater ? [least, greatest] : [greatest, least];
}
