import { join } from 'node:path';
import { recipes } from '../../src/graph-builder/objective/recipes.ts';
import { createWritingSession } from '../../src/infer/session.node.ts';
import type { TrainingConfiguration } from '../../src/style-file/training-configuration.ts';
import { styleRun } from '../../src/train/checkpoint.ts';
import { RunFolder } from '../../src/train/run/run-folder.node.ts';
import type { TrainingRun } from '../../src/train/run/run-training.node.ts';
import type { TrainingState } from '../../src/train/training-state.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { makePhotographs, writePatternVgg } from './training-files.ts';

/** The configuration of a training run small enough for a test; smallRun makes the files that it names. */
export const smallConfiguration: TrainingConfiguration = {
  style: 'style.png',
  styleSize: 64,
  styleName: 'test',
  author: 'nobody',
  licence: 'CC0',
  content: 'photographs',
  lossNetwork: 'vgg19',
  recipe: 'balanced',
  pyramidLevels: 1,
  weights: recipes.balanced.weights,
  layerWeights: Object.fromEntries(recipes.balanced.styleLayers.map((layer) => [layer, 0.25])),
  stabilityWeight: 0,
  network: { channels: 2, upsampling: 'resize', padding: 'reflect', output: 'tanh' },
  steps: 4,
  batch: 2,
  microBatch: 1,
  size: 64,
  learningRate: 0.001,
  schedule: { name: 'constant', warmUp: 0, every: 1 },
  seed: 7,
  checkpointEvery: 100,
};

/** A small run over real files: six photographs, one of them as the painting, and made-up loss-network weights. */
export async function smallRun(
  configuration: Partial<TrainingConfiguration> = {},
  run: Partial<TrainingRun> = {},
): Promise<TrainingRun> {
  const folder = await temporaryFolder();
  const content = await makePhotographs(join(folder, 'photographs'), 6);
  const style = join(content, 'photograph-0.png');
  const lossNetwork = await writePatternVgg(folder, 'relu4_1');
  return {
    configuration: { ...smallConfiguration, style, content, lossNetwork, ...configuration },
    out: join(folder, 'out'),
    ...silentRun(),
    ...run,
  };
}

/** What every run in a test is made with: one thread, and nobody to tell. */
export function silentRun() {
  return {
    createSession: (model: Uint8Array) => createWritingSession(model, { device: 'cpu', threads: 1 }),
    target: 'cpu',
    stepsPerRun: 1,
    version: '1.2.3',
    signal: new AbortController().signal,
    onStart: () => {},
    onStep: () => {},
    onSkip: () => {},
    onWarning: () => {},
  } as const;
}

/** The state that a run's folder has saved. */
export async function stateIn(folder: string): Promise<TrainingState> {
  return (await RunFolder.readCheckpoint(styleRun, folder)).state;
}

/** The largest difference of any parameter, relative to its largest value. */
export function difference(a: TrainingState, b: TrainingState): number {
  const differences = [...a.parameters].map(([name, { value }]) => {
    const other = b.parameters.get(name)?.value.data ?? new Float32Array();
    const scale = Math.max(...value.data.map(Math.abs), 1e-12);
    return Math.max(...value.data.map((number, index) => Math.abs(number - (other[index] ?? Number.NaN)))) / scale;
  });
  return Math.max(...differences);
}

/**
 * The largest relative difference ‖a − b‖ / ‖a‖ of any parameter's first moment: after one step, of its gradient. A
 * gradient that is next to nothing beside the others (of a bias that a later normalisation cancels) is measured by a
 * thousandth of the largest; Adam makes whole steps of the rounding errors of such gradients, so that parameters say less.
 */
export function momentDifference(a: TrainingState, b: TrainingState): number {
  const norm = (values: Float32Array) => Math.hypot(...values);
  const smallest = 1e-3 * Math.max(...[...a.parameters.values()].map(({ firstMoment }) => norm(firstMoment.data)));
  const differences = [...a.parameters].map(
    ([
      name,
      {
        firstMoment: { data },
      },
    ]) => {
      const other = b.parameters.get(name)?.firstMoment.data ?? new Float32Array();
      const distance = norm(data.map((value, index) => value - (other[index] ?? Number.NaN)));
      return distance / Math.max(norm(data), smallest);
    },
  );
  return Math.max(...differences);
}
