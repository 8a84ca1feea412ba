import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { recipes } from '../../src/graph-builder/objective/recipes.ts';
import { createSession } from '../../src/infer/session.node.ts';
import type { TrainingConfiguration } from '../../src/train/configuration.ts';
import { RunFolder } from '../../src/train/run-folder.node.ts';
import type { TrainingRun } from '../../src/train/run-training.node.ts';
import type { TrainingState } from '../../src/train/training-state.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { makePhotographs, writePatternVgg } from './training-files.ts';

/** A training run small enough for a test: real files, made-up loss-network weights. */
export async function smallRun(
  configuration: Partial<TrainingConfiguration> = {},
  run: Partial<TrainingRun> = {},
): Promise<TrainingRun> {
  const folder = await temporaryFolder();
  const content = await makePhotographs(join(folder, 'photographs'), 6);
  const [style = ''] = await readdir(content);
  const { styleLayers, weights } = recipes.balanced;
  return {
    configuration: {
      style: join(content, style),
      styleSize: 64,
      styleName: 'test',
      author: 'nobody',
      licence: 'CC0',
      content,
      lossNetwork: await writePatternVgg(folder, 'relu4_1'),
      recipe: 'balanced',
      weights,
      layerWeights: Object.fromEntries(styleLayers.map((layer) => [layer, 0.25])),
      network: { channels: 2, upsampling: 'resize', padding: 'reflect', output: 'tanh' },
      steps: 4,
      batch: 2,
      microBatch: 1,
      size: 64,
      learningRate: 0.001,
      schedule: { name: 'constant', warmUp: 0, every: 1 },
      seed: 7,
      checkpointEvery: 100,
      ...configuration,
    },
    out: join(folder, 'out'),
    createSession: async (model) => (await createSession(model, { device: 'cpu', threads: 1 })).session,
    version: '1.2.3',
    signal: new AbortController().signal,
    onStart: () => {},
    onStep: () => {},
    onSkip: () => {},
    onWarning: () => {},
    ...run,
  };
}

/** The state that a run's folder has saved. */
export async function stateIn(folder: string): Promise<TrainingState> {
  return (await RunFolder.readCheckpoint(folder)).state;
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
