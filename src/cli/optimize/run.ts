import { dirname } from 'node:path';
import { makeFolder, requireWritableFolder } from '../../files/make-folder.node.ts';
import { isSameFile } from '../../files/same-file.node.ts';
import { decodeResized, pictureSize } from '../../image/decode.node.ts';
import { encodePicture, isWritableFormat, requireFittingFormat } from '../../image/encode.node.ts';
import { type PictureSize, sizeWithin } from '../../image/picture.ts';
import type { ActualDevice, Device } from '../../infer/device.ts';
import { createWritingSession } from '../../infer/session.node.ts';
import { loadObjective } from '../../loss-network/objective/load-objective.node.ts';
import { availableMemory } from '../../optimize/available-memory.node.ts';
import { loadPhotograph, suitableStyleSize } from '../../optimize/load-pictures.node.ts';
import { gigabytes, requireMemory } from '../../optimize/memory.ts';
import {
  type OptimizedPicture,
  optimizePicture,
  type PictureOptimization,
  requireLongEnough,
} from '../../optimize/optimize-picture.node.ts';
import { recipeOf } from '../../style-file/training-configuration.ts';
import { defaultObjective } from '../../train/default-configuration.ts';
import { actualDevice } from '../shared/actual-device.ts';
import { InterruptedError, UsageError } from '../shared/exit.ts';
import { stopOnInterrupt } from '../shared/interrupt.ts';
import { type ObjectiveArguments, withObjectiveFlags } from '../shared/objective-options.ts';
import { report } from '../shared/options.ts';
import { openPainting, type PaintingFlags } from '../shared/painting.ts';
import { OptimizationProgress } from './progress.ts';

/** The flags of `impasto optimize`. */
export interface OptimizeArguments extends ObjectiveArguments, PaintingFlags {
  readonly photograph: string;
  readonly style: string;
  readonly output: string;
  readonly iterations: number;
  readonly maxSize: number;
  readonly previewFile: string | undefined;
  readonly previewEvery: number | undefined;
  readonly quality: number | undefined;
  readonly device: Device;
  readonly threads: number | undefined;
}

/** Iterations between previews, if nothing else is asked for. */
const defaultPreviewEvery = 10;

/** Paints the photograph as the flags say, with progress on stderr, and reports where the picture is. */
export async function runOptimize(flags: OptimizeArguments, json: boolean): Promise<void> {
  const { output, previewFile, quality, iterations } = flags;
  const written = previewFile === undefined ? [output] : [output, previewFile];
  await requireWritable(written, flags);
  const device = await actualDevice(flags.device);
  const work = await prepare(flags, device);
  for (const path of written) await makeFolder(dirname(path));
  const result = await optimizeWithProgress(work, flags);
  const { picture, losses, iterations: done } = result;
  if (done > 0) await encodePicture(picture, output, { quality });
  if (done < iterations) throw new InterruptedError(stopped(result, flags));
  const { width, height } = picture;
  report(
    { output, width, height, iterations, ...losses, device },
    `${output} is painted, ${width}×${height} pixels, ${iterations} iterations`,
    json,
  );
}

/**
 * Checks, before any work, that files can be written and are none of those that are read.
 * @throws UsageError if a name is no picture's, or a picture would be overwritten; an error if a folder cannot be written
 */
async function requireWritable(
  written: readonly string[],
  { photograph, style }: Pick<OptimizeArguments, 'photograph' | 'style'>,
): Promise<void> {
  for (const path of written) {
    if (!isWritableFormat(path)) {
      throw new UsageError(
        `Expected a picture's name that ends in .png, .jpg, .webp, .avif or .tif but received ${path}`,
      );
    }
    for (const input of [photograph, style]) {
      if (await isSameFile(path, input)) {
        throw new UsageError(`Expected another file to write: ${path} is an input and would be overwritten`);
      }
    }
    await requireWritableFolder(dirname(path));
  }
}

/** What the flags ask for, but for who is told. */
type Preparation = Omit<PictureOptimization, 'signal' | 'onIteration'>;

/** @throws one sentence if a picture or the loss network is not to be had or does not fit, or there is no memory for it */
async function prepare(flags: OptimizeArguments, device: ActualDevice): Promise<Preparation> {
  const { output, maxSize, iterations, threads } = flags;
  const size = sizeWithin(await pictureSize(flags.photograph), maxSize);
  requireFittingFormat(output, size);
  const { region, size: whole } = await openPainting(flags.style, flags);
  const styleSize = suitableStyleSize(region ?? whole, size);
  const configuration = withObjectiveFlags(flags, { ...defaultObjective(flags.recipe), styleSize });
  const { weights, layerWeights } = configuration;
  const painting = await decodeResized(flags.style, { shortSide: configuration.styleSize, region });
  const objective = await loadObjective(configuration.lossNetwork, recipeOf(configuration));
  requireLongEnough(size, objective);
  const memory =
    device === 'cpu' ? requireMemory(objective, { picture: size, painting }, availableMemory()) : undefined;
  const photograph = await loadPhotograph(flags.photograph, maxSize, notice);
  notice(announcement(photograph, painting, memory));
  return {
    ...{ photograph, painting, objective, weights, layerWeights, iterations, target: device },
    createSession: (model) => createWritingSession(model, { device, threads }),
  };
}

function announcement(photograph: PictureSize, painting: PictureSize, memory: number | undefined): string {
  const [picture, style] = [photograph, painting].map(({ width, height }) => `${width}×${height}`);
  const most = memory === undefined ? '' : `; it takes at most about ${gigabytes(memory)} of memory`;
  return `A picture of ${picture} pixels, the painting at ${style}${most}`;
}

function notice(sentence: string): void {
  process.stderr.write(`${sentence}\n`);
}

const stopNotice = 'Stopping after this iteration and saving; press Ctrl-C again to stop at once without saving.';

async function optimizeWithProgress(
  work: Preparation,
  { previewFile, previewEvery = defaultPreviewEvery }: Pick<OptimizeArguments, 'previewFile' | 'previewEvery'>,
): Promise<OptimizedPicture> {
  const stop = stopOnInterrupt(stopNotice);
  const progress = new OptimizationProgress(work.iterations);
  progress.start();
  try {
    return await optimizePicture({
      ...work,
      signal: stop.signal,
      onIteration: async (done) => {
        progress.iteration(done);
        if (previewFile !== undefined && done.iteration % previewEvery === 0) {
          await encodePicture(done.picture(), previewFile);
        }
      },
    });
  } finally {
    progress.end();
    stop.dispose();
  }
}

function stopped({ iterations: done }: OptimizedPicture, { iterations, output }: OptimizeArguments): string {
  if (done === 0) return 'stopped before the first iteration; nothing is written';
  return `stopped after iteration ${done} of ${iterations}; the picture so far is ${output}`;
}
