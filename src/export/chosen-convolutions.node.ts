import type { Graph, Value } from '../graph-builder/ir/value.ts';
import { psnr } from '../image/compare.ts';
import type { Picture } from '../image/picture.ts';
import { openStylizer } from '../infer/open-stylizer.node.ts';
import type { SessionOptions } from '../infer/session.node.ts';
import { type ConvolutionRanges, quantizableConvolutions } from '../lowering/precision/quantized-convolutions.ts';
import { measureRanges } from './calibration.node.ts';

/** What every picture of a quantised network must at least have, in decibels against the original's. */
export const leastPsnr = 30;

/** Which convolutions are quantised, and the names of those that are not. */
export interface ChosenConvolutions {
  readonly ranges: ReadonlyMap<Value, ConvolutionRanges>;
  readonly leftInFloat: readonly string[];
}

type Ranges = ReadonlyMap<Value, ConvolutionRanges>;

/** The model's bytes with those convolutions quantised for which there are ranges. */
type WriteModel = (ranges: Ranges) => Uint8Array;

/**
 * Calibrates a network's convolutions on pictures and leaves in float those that cost most, one after the other, until
 * every picture reaches `leastPsnr`. What a convolution costs is judged by quantising it alone, on the picture that
 * suffers most from quantising all.
 */
export async function chooseConvolutions(
  graph: Graph,
  write: WriteModel,
  pictures: readonly Picture[],
  options: SessionOptions,
): Promise<ChosenConvolutions> {
  const convolutions = quantizableConvolutions(graph);
  const all = await measureRanges(graph, convolutions, pictures, options);
  const expected = await paintAll(write(new Map()), pictures, options);
  const qualities = async (ranges: Ranges, some: readonly Picture[]) => {
    const painted = await paintAll(write(ranges), some, options);
    return painted.map((picture, index) =>
      psnr(picture, expected[pictures.indexOf(some[index] ?? picture)] ?? picture),
    );
  };

  const first = await qualities(all, pictures);
  if (Math.min(...first) >= leastPsnr) return { ranges: all, leftInFloat: [] };
  const worst = pictures.filter((_, index) => first[index] === Math.min(...first)).slice(0, 1);
  const costs = new Map<Value, number>();
  for (const [output, ranges] of all)
    costs.set(output, -Math.min(...(await qualities(new Map([[output, ranges]]), worst))));
  const ranked = [...all.keys()].toSorted((a, b) => (costs.get(b) ?? 0) - (costs.get(a) ?? 0));
  const remaining = new Map(all);
  for (const output of ranked) {
    remaining.delete(output);
    if (Math.min(...(await qualities(remaining, pictures))) >= leastPsnr) break;
  }
  const left = convolutions.filter(({ output }) => !remaining.has(output));
  return { ranges: remaining, leftInFloat: left.map(({ name }) => name) };
}

async function paintAll(
  model: Uint8Array,
  pictures: readonly Picture[],
  options: SessionOptions,
): Promise<readonly Picture[]> {
  const { stylizer } = await openStylizer(model, 'the quantised model', options);
  try {
    const painted: Picture[] = [];
    for (const picture of pictures) painted.push(await stylizer.stylize(picture));
    return painted;
  } finally {
    await stylizer.release();
  }
}
