import type { GreyPicture, ReducedFrame } from './reduced-frame.ts';

/** For each pixel of one frame, how far away it lies in another: [height, width], in pixels to the right and down. */
export interface Flow {
  readonly width: number;
  readonly height: number;
  readonly right: Float32Array;
  readonly down: Float32Array;
}

/** Side of the square patches that are looked for, and how far apart they lie: each pixel is in several. */
const patchSide = 8;
const stride = 4;

const iterations = 5;

/** A step shorter than this, in pixels, is the last. */
const shortestStep = 0.02;

/**
 * What draws a patch back to where it started, so that one without structure, whose gradients are mere noise, stays where
 * the coarser copy and its neighbours put it: the sum of squared gradients, in levels a pixel, at which half a step is taken.
 */
const inertia = patchSide ** 2 * 5 ** 2;

/** How much less a patch must differ at another candidate, for more than noise to speak for it. */
const clearlyBetter = 0.8;

/**
 * Finds how the picture moved by dense inverse search (Kroeger, Timofte, Dai and Van Gool, *Fast Optical Flow using Dense
 * Inverse Search*, 2016), without its variational refinement: from the smallest copies to the largest, each patch of `from`
 * is looked for in `to` by gradient descent (Baker and Matthews 2004, inverse compositional), and each pixel takes the mean
 * of its patches, weighted by how well they fit. A patch also tries its neighbours' results, and not having moved.
 * @returns for each pixel of `from` its displacement in `to`
 * @throws if the frames differ in size
 */
export function findFlow(from: ReducedFrame, to: ReducedFrame): Flow {
  if (from.width !== to.width || from.height !== to.height) {
    throw new Error(
      `Expected two frames of one size but received ${from.width}×${from.height} and ${to.width}×${to.height}`,
    );
  }
  let flow: Flow | undefined;
  for (let level = from.pyramid.length - 1; level >= 0; level--) {
    const [source, target] = [from.pyramid[level], to.pyramid[level]];
    if (source && target) flow = flowOfLevel(source, target, flow);
  }
  return flow ?? still(from.width, from.height);
}

function still(width: number, height: number): Flow {
  return { width, height, right: new Float32Array(width * height), down: new Float32Array(width * height) };
}

function flowOfLevel(from: GreyPicture, to: GreyPicture, coarser: Flow | undefined): Flow {
  if (Math.min(from.width, from.height) < patchSide) return still(from.width, from.height);
  const search = new PatchSearch(from, to);
  const tops = positions(from.height);
  const lefts = positions(from.width);
  const sum = still(from.width, from.height);
  const weights = new Float32Array(from.width * from.height);
  let above: Displacement[] = [];
  for (const top of tops) {
    const row: Displacement[] = [];
    for (const [column, left] of lefts.entries()) {
      search.choosePatch(left, top);
      const candidates = [startFrom(coarser, left, top), row[column - 1], above[column], unmoved];
      const found = search.descend(search.best(candidates));
      row.push(found);
      addPatch(search, found, sum, weights);
    }
    above = row;
  }
  for (let pixel = 0; pixel < weights.length; pixel++) {
    const weight = weights[pixel] || 1;
    sum.right[pixel] = (sum.right[pixel] ?? 0) / weight;
    sum.down[pixel] = (sum.down[pixel] ?? 0) / weight;
  }
  return sum;
}

/** Where patches begin along a side: the last ends where the side does. */
function positions(side: number): readonly number[] {
  const last = side - patchSide;
  return Array.from({ length: Math.ceil(last / stride) + 1 }, (_, index) => Math.min(index * stride, last));
}

interface Displacement {
  readonly right: number;
  readonly down: number;
}

const unmoved: Displacement = { right: 0, down: 0 };

/** Twice the flow of the half as large copy, at the middle of a patch. */
function startFrom(coarser: Flow | undefined, left: number, top: number): Displacement | undefined {
  if (!coarser) return undefined;
  const x = Math.min((left + patchSide / 2) >> 1, coarser.width - 1);
  const y = Math.min((top + patchSide / 2) >> 1, coarser.height - 1);
  const pixel = y * coarser.width + x;
  return { right: 2 * (coarser.right[pixel] ?? 0), down: 2 * (coarser.down[pixel] ?? 0) };
}

/** Adds a patch's displacement to its pixels, each weighted by how little it differs there (the paper's equation 3). */
function addPatch(search: PatchSearch, { right, down }: Displacement, sum: Flow, weights: Float32Array): void {
  const { left, top, differences } = search;
  for (let index = 0; index < differences.length; index++) {
    const pixel = (top + Math.floor(index / patchSide)) * sum.width + left + (index % patchSide);
    const weight = 1 / Math.max(1, Math.abs(differences[index] ?? 0));
    sum.right[pixel] = (sum.right[pixel] ?? 0) + weight * right;
    sum.down[pixel] = (sum.down[pixel] ?? 0) + weight * down;
    weights[pixel] = (weights[pixel] ?? 0) + weight;
  }
}

/** Looks for patches of one picture in another. */
class PatchSearch {
  left = 0;
  top = 0;
  /** What differs, pixel by pixel, between the patch and where it was last looked for; the means are taken out. */
  readonly differences = new Float32Array(patchSide * patchSide);
  /** Where the columns of the place looked at lie in `to`, and the one to their right. */
  private readonly columns = new Int32Array(patchSide + 1);
  private readonly patch = new Float32Array(patchSide * patchSide);
  private readonly slopeRight = new Float32Array(patchSide * patchSide);
  private readonly slopeDown = new Float32Array(patchSide * patchSide);
  private hessian = { rightRight: 0, rightDown: 0, downDown: 0 };

  constructor(
    private readonly from: GreyPicture,
    private readonly to: GreyPicture,
  ) {}

  choosePatch(left: number, top: number): void {
    const { width, height, data } = this.from;
    this.left = left;
    this.top = top;
    let [rightRight, rightDown, downDown] = [0, 0, 0];
    for (let index = 0; index < this.patch.length; index++) {
      const x = left + (index % patchSide);
      const y = top + Math.floor(index / patchSide);
      const row = y * width;
      this.patch[index] = data[row + x] ?? 0;
      const right = ((data[row + Math.min(x + 1, width - 1)] ?? 0) - (data[row + Math.max(x - 1, 0)] ?? 0)) / 2;
      const below = Math.min(y + 1, height - 1) * width;
      const down = ((data[below + x] ?? 0) - (data[Math.max(y - 1, 0) * width + x] ?? 0)) / 2;
      this.slopeRight[index] = right;
      this.slopeDown[index] = down;
      rightRight += right * right;
      rightDown += right * down;
      downDown += down * down;
    }
    this.hessian = { rightRight: rightRight + inertia, rightDown, downDown: downDown + inertia };
    subtractMean(this.patch);
  }

  /** The first candidate, unless the patch differs clearly less at another. */
  best(candidates: readonly (Displacement | undefined)[]): Displacement {
    let best = unmoved;
    let least = Number.POSITIVE_INFINITY;
    for (const candidate of candidates) {
      if (!candidate) continue;
      const error = this.compare(candidate);
      if (error >= clearlyBetter * least) continue;
      [best, least] = [candidate, error];
    }
    return best;
  }

  /** Goes from a displacement to the nearest at which the patch differs least; back to the start if it strays too far. */
  descend(start: Displacement): Displacement {
    this.compare(start);
    let current = start;
    for (let iteration = 0; iteration < iterations; iteration++) {
      const step = this.step(start, current);
      current = { right: current.right - step.right, down: current.down - step.down };
      if (Math.hypot(current.right - start.right, current.down - start.down) > patchSide) current = start;
      this.compare(current);
      if (current === start || Math.hypot(step.right, step.down) < shortestStep) break;
    }
    return current;
  }

  /** The step against the gradient that the differences call for (Gauss and Newton), drawn towards the start. */
  private step(start: Displacement, current: Displacement): Displacement {
    let right = inertia * (current.right - start.right);
    let down = inertia * (current.down - start.down);
    for (let index = 0; index < this.differences.length; index++) {
      const difference = this.differences[index] ?? 0;
      right += difference * (this.slopeRight[index] ?? 0);
      down += difference * (this.slopeDown[index] ?? 0);
    }
    const { rightRight, rightDown, downDown } = this.hessian;
    const determinant = rightRight * downDown - rightDown * rightDown;
    return {
      right: (downDown * right - rightDown * down) / determinant,
      down: (rightRight * down - rightDown * right) / determinant,
    };
  }

  /** Sets the differences for a displacement. @returns the sum of their squares */
  private compare({ right, down }: Displacement): number {
    const { differences, patch, to, columns } = this;
    const [wholeRight, wholeDown] = [Math.floor(right), Math.floor(down)];
    const [partRight, partDown] = [right - wholeRight, down - wholeDown];
    for (let column = 0; column <= patchSide; column++) {
      columns[column] = clamp(this.left + wholeRight + column, to.width);
    }
    for (let row = 0; row < patchSide; row++) {
      const y = this.top + wholeDown + row;
      const upper = clamp(y, to.height) * to.width;
      const lower = clamp(y + 1, to.height) * to.width;
      const first = columns[0] ?? 0;
      let atLeft = (1 - partDown) * (to.data[upper + first] ?? 0) + partDown * (to.data[lower + first] ?? 0);
      for (let column = 0; column < patchSide; column++) {
        const next = columns[column + 1] ?? 0;
        const atRight = (1 - partDown) * (to.data[upper + next] ?? 0) + partDown * (to.data[lower + next] ?? 0);
        differences[row * patchSide + column] = (1 - partRight) * atLeft + partRight * atRight;
        atLeft = atRight;
      }
    }
    subtractMean(differences);
    let error = 0;
    for (let index = 0; index < differences.length; index++) {
      const difference = (differences[index] ?? 0) - (patch[index] ?? 0);
      differences[index] = difference;
      error += difference * difference;
    }
    return error;
  }
}

function clamp(position: number, length: number): number {
  return position < 0 ? 0 : position >= length ? length - 1 : position;
}

/** So that a change of brightness is not taken for motion. */
function subtractMean(values: Float32Array): void {
  let sum = 0;
  for (const value of values) sum += value;
  const mean = sum / values.length;
  for (let index = 0; index < values.length; index++) values[index] = (values[index] ?? 0) - mean;
}
