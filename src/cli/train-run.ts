import { basename, extname, join, resolve } from 'node:path';
import { type RecipeName, recipes } from '../graph-builder/objective/recipes.ts';
import { findPictures } from '../image/find.node.ts';
import type { Device } from '../infer/device.ts';
import { createSession } from '../infer/session.node.ts';
import type { TrainingConfiguration } from '../train/configuration.ts';
import { RunFolder } from '../train/run-folder.node.ts';
import { runTraining, type TrainingResult } from '../train/run-training.node.ts';
import type { TrainingState } from '../train/training-state.ts';
import { InterruptedError, UsageError } from './exit.ts';
import { stopOnInterrupt } from './interrupt.ts';
import { defaultStyleSize, report } from './options.ts';
import { TrainingProgress } from './train-progress.ts';
import { packageVersion } from './version.ts';

/** The flags of `impasto train`; what is undefined takes its default, or with --resume the earlier run's value. */
export interface TrainArguments {
  readonly style: string | undefined;
  readonly content: string | undefined;
  readonly out: string | undefined;
  readonly steps: number | undefined;
  readonly epochs: number | undefined;
  readonly batch: number | undefined;
  readonly size: number | undefined;
  readonly styleSize: number | undefined;
  readonly channels: number | undefined;
  readonly upsampling: 'resize' | 'deconv' | undefined;
  readonly lossNetwork: string | undefined;
  readonly recipe: RecipeName | undefined;
  readonly contentWeight: number | undefined;
  readonly styleWeight: number | undefined;
  readonly tvWeight: number | undefined;
  readonly layerWeights: string | undefined;
  readonly learningRate: number | undefined;
  readonly seed: number | undefined;
  readonly checkpointEvery: number | undefined;
  readonly preview: readonly string[] | undefined;
  readonly resume: string | undefined;
  readonly name: string | undefined;
  readonly author: string | undefined;
  readonly licence: string | undefined;
  readonly stepsPerRun: number | undefined;
  readonly device: Device;
  readonly threads: number | undefined;
}

const stopNotice = 'Stopping after this step and saving; press Ctrl-C again to stop at once without saving.';

/** Trains as the flags say, with progress on stderr, and reports where the model is. */
export async function runTrain(flags: TrainArguments, json: boolean): Promise<void> {
  const stepsPerRun = chooseStepsPerRun(flags);
  const { configuration, out, resumeFrom } = flags.resume ? await resumed(flags, flags.resume) : await fresh(flags);
  const stop = stopOnInterrupt(stopNotice);
  const progress = new TrainingProgress(configuration);
  const { device, threads } = flags;
  let result: TrainingResult;
  try {
    result = await runTraining({
      configuration,
      out,
      resumeFrom,
      checkpointEvery: flags.checkpointEvery ?? 100,
      previews: flags.preview,
      microBatch: device === 'cpu' || device === 'auto' ? 1 : configuration.batch,
      stepsPerRun,
      createSession: async (model) => (await createSession(model, { device, threads })).session,
      version: packageVersion,
      signal: stop.signal,
      onStart: (start) => progress.start(start),
      onStep: (metrics) => progress.step(metrics),
      onSkip: (photograph) => progress.skip(photograph),
    });
  } finally {
    progress.end();
    stop.dispose();
  }
  if (stop.signal.aborted && result.step < configuration.steps) {
    throw new InterruptedError(`stopped after step ${result.step}, all saved; go on with --resume ${out}`);
  }
  const skipped = result.skipped === 0 ? '' : ` (${result.skipped} photographs could not be used)`;
  report(result, `${result.model} is trained, ${result.step} steps${skipped}`, json);
}

/** On a GPU behind a bus, the state crosses it once a run; elsewhere a run of one step loses nothing. */
function chooseStepsPerRun({ stepsPerRun, device }: TrainArguments): number {
  if (stepsPerRun === undefined) return device === 'cuda' ? 20 : 1;
  if (stepsPerRun > 1 && device === 'webgpu') {
    throw new UsageError(
      `Expected --steps-per-run 1 with --device webgpu, which runs loops on the CPU, but received ${stepsPerRun}`,
    );
  }
  return stepsPerRun;
}

interface Plan {
  readonly configuration: TrainingConfiguration;
  readonly out: string;
  readonly resumeFrom?: TrainingState;
}

async function fresh(flags: TrainArguments): Promise<Plan> {
  const { style, content, recipe = 'balanced', batch = 4 } = flags;
  if (style === undefined) throw new UsageError('Expected a painting: --style FILE');
  if (content === undefined) throw new UsageError('Expected a folder of photographs: --content DIR');
  const name = flags.name ?? basename(style, extname(style));
  const { weights, styleLayers } = recipes[recipe];
  const configuration: TrainingConfiguration = {
    style: resolve(style),
    styleSize: flags.styleSize ?? defaultStyleSize,
    styleName: name,
    author: flags.author ?? '',
    licence: flags.licence ?? '',
    content: resolve(content),
    lossNetwork: flags.lossNetwork ?? 'vgg19',
    recipe,
    weights: {
      content: flags.contentWeight ?? weights.content,
      style: flags.styleWeight ?? weights.style,
      tv: flags.tvWeight ?? weights.tv,
    },
    layerWeights: {
      ...recipes[recipe].layerWeights,
      ...parseLayerWeights(flags.layerWeights, styleLayers),
    },
    network: {
      channels: flags.channels ?? 32,
      upsampling: flags.upsampling ?? 'resize',
      padding: 'reflect',
      output: 'tanh',
    },
    steps: flags.epochs ? await stepsOf(flags.epochs, content, batch) : (flags.steps ?? 2000),
    batch,
    size: flags.size ?? 256,
    learningRate: flags.learningRate ?? 0.001,
    seed: flags.seed ?? 1,
  };
  return { configuration, out: flags.out ?? join('runs', name) };
}

/** An earlier run goes on as it was configured; only its length can be changed. */
async function resumed(flags: TrainArguments, folder: string): Promise<Plan> {
  const { state, configuration } = await RunFolder.readCheckpoint(folder);
  const { content, batch } = configuration;
  const given = Object.entries(flags).filter(([name, value]) => value !== undefined && runOptions.has(name));
  const names = given.map(([name]) => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`);
  if (names.length > 0) {
    throw new UsageError(`Expected --resume without ${names.join(', ')}: a run goes on with the options it began with`);
  }
  const steps = flags.epochs ? await stepsOf(flags.epochs, content, batch) : (flags.steps ?? configuration.steps);
  if (steps <= state.step) {
    throw new UsageError(
      `Expected more steps than the ${state.step} that ${folder} has done but received ${steps}; set --steps`,
    );
  }
  return { configuration: { ...configuration, steps }, out: folder, resumeFrom: state };
}

const runOptions: ReadonlySet<string> = new Set([
  ...['style', 'content', 'out', 'batch', 'size', 'styleSize', 'channels', 'upsampling', 'lossNetwork', 'recipe'],
  ...['contentWeight', 'styleWeight', 'tvWeight', 'layerWeights', 'learningRate', 'seed', 'name', 'author', 'licence'],
]);

async function stepsOf(epochs: number, content: string, batch: number): Promise<number> {
  return Math.ceil((epochs * (await findPictures(content)).length) / batch);
}

function parseLayerWeights(text: string | undefined, layers: readonly string[]): Record<string, number> {
  const entries = (text ?? '').split(',').filter(Boolean);
  return Object.fromEntries(
    entries.map((entry) => {
      const [layer = '', value = ''] = entry.split('=');
      const weight = value.trim() === '' ? Number.NaN : Number(value);
      if (layers.includes(layer) && Number.isFinite(weight) && weight >= 0) return [layer, weight];
      throw new UsageError(
        `Expected LAYER=WEIGHT with one of ${layers.join(', ')} for --layer-weights but received ${entry}`,
      );
    }),
  );
}
