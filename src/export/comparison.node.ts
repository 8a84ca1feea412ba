import { psnr, ssim } from '../image/compare.ts';
import type { Picture } from '../image/picture.ts';
import type { Stylizer } from '../infer/stylizer.ts';

/** Of several pictures: the mean and the worst. */
export interface Likeness {
  readonly mean: number;
  readonly least: number;
}

/** How a model's pictures and speed compare with another's. */
export interface Comparison {
  /** Decibels; infinite for the same pictures. */
  readonly psnr: Likeness;
  readonly ssim: Likeness;
  /** Median seconds a picture, and the median of the ratios of runs next to each other. */
  readonly seconds: { readonly original: number; readonly exported: number; readonly ratio: number };
}

/** After a first round, which reserves memory, for how many more the time is taken. */
const timedRounds = 3;

/** Lets two models paint the same pictures in turn. */
export async function compareModels(
  original: Stylizer,
  exported: Stylizer,
  pictures: readonly Picture[],
): Promise<Comparison> {
  const likeness: { readonly psnr: number; readonly ssim: number }[] = [];
  for (const picture of pictures) {
    const [a, b] = [await original.stylize(picture), await exported.stylize(picture)];
    likeness.push({ psnr: psnr(a, b), ssim: ssim(a, b) });
  }
  const times: { readonly original: number; readonly exported: number }[] = [];
  for (let round = 0; round < timedRounds; round++) {
    for (const picture of pictures) {
      times.push({ original: await secondsOf(original, picture), exported: await secondsOf(exported, picture) });
    }
  }
  return {
    psnr: summaryOf(likeness.map((each) => each.psnr)),
    ssim: summaryOf(likeness.map((each) => each.ssim)),
    seconds: {
      original: median(times.map((each) => each.original)),
      exported: median(times.map((each) => each.exported)),
      ratio: median(times.map((each) => each.exported / each.original)),
    },
  };
}

async function secondsOf(stylizer: Stylizer, picture: Picture): Promise<number> {
  const start = performance.now();
  await stylizer.stylize(picture);
  return (performance.now() - start) / 1000;
}

function summaryOf(values: readonly number[]): Likeness {
  return { mean: values.reduce((sum, value) => sum + value, 0) / values.length, least: Math.min(...values) };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
