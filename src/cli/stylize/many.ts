import { dirname } from 'node:path';
import { makeFolder } from '../../files/make-folder.node.ts';
import { systemErrorCode } from '../../files/system-error.node.ts';
import { PixelLimitError } from '../../image/decode.node.ts';
import { type StylizeFileOptions, stylizeFile } from '../../infer/stylize-file.node.ts';
import type { Stylizer } from '../../infer/stylizer.ts';
import { mapInParallel } from '../shared/in-parallel.ts';
import { stopOnInterrupt } from '../shared/interrupt.ts';
import type { Origins } from './origin.ts';
import type { PictureOptions } from './picture.ts';
import { namedReason, PicturesProgress } from './pictures-progress.ts';
import type { Failure, StylizeJob } from './plan.ts';

/** What the pictures are painted with. */
export interface Painting {
  readonly stylizer: Stylizer;
  readonly options: PictureOptions;
  /** How many pixels a picture may have. */
  readonly pixelLimit: number;
  readonly origins: Origins;
}

/** What has become of the pictures, in their order. */
export interface Outcome {
  /** Files that were written. */
  readonly outputs: readonly string[];
  /** Files that were there already, painted by an earlier run. */
  readonly skipped: readonly string[];
  readonly failed: readonly Failure[];
  /** Why not all pictures were begun, if so: the user stopped the work, or the error that keeps any more from being written. */
  readonly stopped: 'by the user' | Error | undefined;
}

/** One is decoded, one painted and one encoded at a time; more would only fill the memory. */
const picturesUnderWay = 3;

/** What became of one picture; an error is its own fault, and no reason to leave the others. */
type Result = 'painted' | 'skipped' | 'left' | Error;

/**
 * Paints pictures, several under way, with progress on stderr. Whatever is wrong with one does not stop the others; a full
 * disk does. Results of an earlier run are left as they are. Ctrl-C lets the pictures under way be finished; at the second
 * they are given up, and nothing is left of them.
 */
export async function stylizeMany(jobs: readonly StylizeJob[], painting: Painting): Promise<Outcome> {
  const atOnce = new AbortController();
  const notice = 'Finishing the pictures under way; press Ctrl-C again to stop at once.';
  const interruption = stopOnInterrupt(notice, () => atOnce.abort());
  const progress = new PicturesProgress(jobs.length);
  let fullDisk: Error | undefined;
  const workOn = async (job: StylizeJob): Promise<Result> => {
    if (interruption.signal.aborted || fullDisk) return 'left';
    const onProgress = (done: number, total: number) => progress.tile(done, total);
    const result = await stylizeUnlessPainted(job, painting, { onProgress, signal: atOnce.signal });
    if (result instanceof Error && atOnce.signal.aborted) return 'left';
    if (result instanceof Error && isOfFullDisk(result)) {
      fullDisk = result;
      return 'left';
    }
    show(result, progress);
    return result;
  };
  progress.start();
  try {
    const results = await mapInParallel(jobs, picturesUnderWay, workOn);
    const stopped = results.includes('left') ? (fullDisk ?? 'by the user') : undefined;
    return { ...sortResults(jobs, results), stopped };
  } finally {
    progress.end();
    interruption.dispose();
  }
}

async function stylizeUnlessPainted(
  job: StylizeJob,
  painting: Painting,
  watch: Pick<StylizeFileOptions, 'onProgress' | 'signal'>,
): Promise<'painted' | 'skipped' | Error> {
  const { stylizer, origins, options, pixelLimit } = painting;
  const { input, output } = job;
  try {
    if (await origins.isPainted(job)) return 'skipped';
    const origin = await origins.of(input);
    await makeFolder(dirname(output));
    await stylizeFile(stylizer, input, output, { ...options, ...watch, pixelLimit, origin });
    return 'painted';
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function isOfFullDisk(error: Error): boolean {
  return ['ENOSPC', 'EDQUOT'].includes(systemErrorCode(error) ?? '');
}

function show(result: Result, progress: PicturesProgress): void {
  if (result === 'painted') progress.done();
  else if (result === 'skipped') progress.skipped();
  else progress.failed();
}

function sortResults(jobs: readonly StylizeJob[], results: readonly Result[]): Omit<Outcome, 'stopped'> {
  const outputsThat = (state: Result) =>
    jobs.filter((_, index) => results[index] === state).map(({ output }) => output);
  const failed = jobs.flatMap(({ input }, index) => {
    const result = results[index];
    return result instanceof Error ? [{ input, reason: namedReason(input, reasonOf(result)) }] : [];
  });
  return { outputs: outputsThat('painted'), skipped: outputsThat('skipped'), failed };
}

function reasonOf(error: Error): string {
  if (!(error instanceof PixelLimitError)) return error.message;
  return `${error.message}; --max-megapixels ${Math.ceil(error.pixels / 1e6)} admits it`;
}
