import { decodeResized, decodeWithin } from '../../image/decode.node.ts';
import { encodePicture } from '../../image/encode.node.ts';
import type { Device } from '../../infer/device.ts';
import { createWritingSession } from '../../infer/session.node.ts';
import { optimizePicture } from '../../optimize/optimize-picture.node.ts';
import { recipeOf } from '../../train/configuration.ts';
import { defaultObjective } from '../../train/default-configuration.ts';
import { loadObjective } from '../../train/load-objective.node.ts';
import { actualDevice } from '../actual-device.ts';
import { InterruptedError } from '../exit.ts';
import { stopOnInterrupt } from '../interrupt.ts';
import { type ObjectiveArguments, withObjectiveFlags } from '../objective-options.ts';
import { report } from '../options.ts';
import { OptimizationProgress } from './progress.ts';

/** The flags of `impasto optimize`. */
export interface OptimizeArguments extends ObjectiveArguments {
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

const stopNotice = 'Stopping after this iteration and saving; press Ctrl-C again to stop at once without saving.';

/** Paints the photograph as the flags say, with progress on stderr, and reports where the picture is. */
export async function runOptimize(flags: OptimizeArguments, json: boolean): Promise<void> {
  const { output, quality, iterations, previewFile, previewEvery = 10, threads } = flags;
  const configuration = withObjectiveFlags(flags, defaultObjective(flags.recipe));
  const { weights, layerWeights } = configuration;
  const device = await actualDevice(flags.device);
  const objective = await loadObjective(configuration.lossNetwork, recipeOf(configuration));
  const photograph = await decodeWithin(flags.photograph, { longSide: flags.maxSize });
  const painting = await decodeResized(flags.style, { shortSide: configuration.styleSize });
  const stop = stopOnInterrupt(stopNotice);
  const progress = new OptimizationProgress();
  progress.start(iterations);
  const result = await optimizePicture({
    ...{ photograph, painting, objective, weights, layerWeights, iterations },
    onProcessor: device === 'cpu',
    createSession: (model) => createWritingSession(model, { device, threads }),
    signal: stop.signal,
    onIteration: async (iteration) => {
      progress.iteration(iteration);
      if (previewFile !== undefined && iteration.iteration % previewEvery === 0) {
        await encodePicture(iteration.picture(), previewFile);
      }
    },
  }).finally(() => {
    progress.end();
    stop.dispose();
  });
  await encodePicture(result.picture, output, { quality });
  const { picture, losses } = result;
  if (result.iterations < iterations) {
    throw new InterruptedError(
      `stopped after iteration ${result.iterations} of ${iterations}; the picture so far is ${output}`,
    );
  }
  const { width, height } = picture;
  report(
    { output, width, height, iterations: result.iterations, ...losses, device },
    `${output} is painted, ${width}×${height} pixels, ${iterations} iterations`,
    json,
  );
}
