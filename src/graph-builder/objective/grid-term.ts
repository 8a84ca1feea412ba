import { staticShape } from '../ir/dimension.ts';
import type { Value } from '../ir/value.ts';
import { mul, reduceMean, reduceSumSquare, reshape, slice, sub } from '../operators/index.ts';

/** The transform network enlarges twice by two: what it repeats, it repeats every so many pixels. */
const period = 4;

/** About how long a window is in which a grid is looked for, in pixels: long enough for strokes to average out. */
const windowSide = 64;

/**
 * The grid term: how much a picture repeats itself every four pixels. In each window of some 64 pixels the mean of all blocks
 * of 4×4 pixels should be even; strokes, which lie anywhere, average out in it, and what stays is the grid that the network's
 * enlarging leaves in flat areas: rows of dots, fine lines, a chequerboard (Odena et al. 2016). Squared differences from the
 * window's mean on a 0..1 scale, averaged over blocks, windows, channels and batch.
 * @param image [N, 3, H, W] of a known size, at least four pixels a side, 0..255
 * @returns a scalar
 */
export function gridTerm(image: Value): Value {
  const [samples = 0, channels = 0, height = 0, width = 0] = staticShape(image.shape, 'the grid term');
  const [down, across] = [windowsAlong(height), windowsAlong(width)];
  const covered = slice(image, {
    axes: [2, 3],
    starts: [0, 0],
    ends: [down.count * down.blocks * period, across.count * across.blocks * period],
  });
  const shape = [samples, channels, down.count, down.blocks, period, across.count, across.blocks, period];
  const meanBlock = reduceMean(reshape(covered, shape), [3, 6], 0);
  const grid = sub(meanBlock, reduceMean(meanBlock, [3, 5], 1));
  const numbers = samples * channels * down.count * across.count * period ** 2;
  return mul(reduceSumSquare(grid, [0, 1, 2, 3, 4, 5], 0), 1 / (numbers * 255 ** 2));
}

function windowsAlong(length: number): { readonly count: number; readonly blocks: number } {
  const count = Math.max(1, Math.floor(length / windowSide));
  return { count, blocks: Math.floor(length / count / period) };
}
