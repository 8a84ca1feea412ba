import { readFile } from 'node:fs/promises';
import { basename, extname, resolve } from 'node:path';
import { samplePhotographsFolder } from '../../dataset/sample-photographs.node.ts';
import { defaultValidationCount } from '../../dataset/validation-split.ts';
import { findPictures } from '../../image/find.node.ts';
import type { ActualDevice, Device } from '../../infer/device.ts';
import { resolveModel } from '../../infer/shipped-styles.node.ts';
import { readBaseFile } from '../../style-file/base/base-file.node.ts';
import { isBaseFile } from '../../style-file/base/base-file.ts';
import { shippedBase } from '../../style-file/base/shipped-base.node.ts';
import type { LearningRateSchedule } from '../../style-file/learning-rate-schedule.ts';
import { readStartingNetwork } from '../../style-file/starting-network.ts';
import type { TrainingConfiguration } from '../../style-file/training-configuration.ts';
import {
  defaultConfiguration,
  defaultSchedule,
  defaultsFromBase,
  defaultsFromStyle,
} from '../../train/default-configuration.ts';
import { actualDevice } from '../shared/actual-device.ts';
import { UsageError } from '../shared/exit.ts';
import { type ObjectiveArguments, withObjectiveFlags } from '../shared/objective-options.ts';
import type { PaintingFlags } from '../shared/painting.ts';
import type { CommandTraining } from './command-training.ts';

/** The flags that a run's configuration comes from; what is undefined takes its default. */
export interface ConfigurationArguments extends ObjectiveArguments, PaintingFlags {
  readonly style: string | undefined;
  readonly content: string | undefined;
  readonly steps: number | undefined;
  readonly epochs: number | undefined;
  readonly batch: number | undefined;
  readonly microBatch: number | undefined;
  readonly size: number | undefined;
  readonly channels: number | undefined;
  readonly upsampling: 'resize' | 'deconv' | undefined;
  readonly from: string | undefined;
  readonly tune: 'all' | 'style' | undefined;
  readonly stabilityWeight: number | undefined;
  readonly learningRate: number | undefined;
  readonly schedule: LearningRateSchedule['name'] | undefined;
  readonly scheduleEvery: number | undefined;
  readonly warmUp: number | undefined;
  readonly clipGradients: number | undefined;
  readonly seed: number | undefined;
  readonly validation: number | undefined;
  readonly checkpointEvery: number | undefined;
  readonly preview: readonly string[] | undefined;
  readonly name: string | undefined;
  readonly author: string | undefined;
  readonly licence: string | undefined;
  readonly stepsPerRun: number | undefined;
  readonly device: Device;
}

/** The flags of `impasto train`; with --resume, what is undefined takes the earlier run's value. */
export interface TrainArguments extends ConfigurationArguments, CommandTraining {
  readonly out: string | undefined;
  readonly maxMinutes: number | undefined;
  readonly resume: string | undefined;
}

/** Some of the flags; those that are left out take their defaults. */
export type GivenOptions = Partial<ConfigurationArguments>;

/**
 * The configuration of a new run; its painting is not looked at yet.
 * @throws UsageError if the painting is not given, or flags contradict each other; an error if the
 * device is not to be had
 */
export async function newConfiguration(flags: GivenOptions): Promise<TrainingConfiguration> {
  const { style, content = samplePhotographsFolder } = flags;
  if (style === undefined) throw new UsageError('Expected a painting: --style FILE');
  const start = await startOf(flags);
  const ownDefaults = start && (isBaseFile(start.from) ? defaultsFromBase : defaultsFromStyle);
  const defaults = defaultConfiguration(
    { style: resolve(style), styleName: basename(style, extname(style)), content: resolve(content) },
    flags.recipe ?? ownDefaults?.recipe,
  );
  const { recipe } = defaults;
  const base: TrainingConfiguration = { ...defaults, ...ownDefaults, recipe, ...start };
  requireConsistent(flags, withFlags(flags, base));
  // One photograph at a time takes the least memory; a GPU is idle with so little.
  const microBatch = (await actualDevice(flags.device ?? 'auto')) === 'cpu' ? 1 : (flags.batch ?? base.batch);
  const steps = (await stepsGiven(flags, { ...base, validation: flags.validation })) ?? base.steps;
  return withFlags(flags, { ...base, microBatch, steps, schedule: defaultSchedule(steps) });
}

/** The file that --from names; none for a new network. */
async function startingModel(from: string | undefined): Promise<string | undefined> {
  if (from === undefined || from === 'none') return undefined;
  if (from === 'base') return shippedBase;
  return resolve(isBaseFile(from) ? from : await resolveModel(from));
}

/**
 * The network that --from names.
 * @throws UsageError if --channels or --upsampling ask for another one; an error if it cannot be read
 */
export async function startOf({
  from,
  channels,
  upsampling,
}: GivenOptions): Promise<{ readonly from: string; readonly network: TrainingConfiguration['network'] } | undefined> {
  const file = await startingModel(from);
  if (file === undefined) return undefined;
  const { network } = isBaseFile(file) ? await readBaseFile(file) : readStartingNetwork(await readFile(file), file);
  for (const [option, given, own] of [
    ['channels', channels, network.channels],
    ['upsampling', upsampling, network.upsampling],
  ] as const) {
    if (given === undefined || given === own) continue;
    throw new UsageError(
      `Expected --${option} ${own}, that of the network in ${from}, but received ${given}; leave it out`,
    );
  }
  return { from: file, network };
}

/**
 * The configuration of a run that goes on: its own, but for what may change.
 * @throws UsageError naming the flags that contradict the run, with the run's values and those given
 */
export async function resumedConfiguration(
  flags: ConfigurationArguments,
  run: TrainingConfiguration,
): Promise<TrainingConfiguration> {
  const given = flags.from === undefined ? {} : { from: await startingModel(flags.from) };
  const configuration = { ...withFlags(flags, run), ...given };
  requireConsistent(flags, configuration);
  requireSameOptions('the run', run, configuration);
  return { ...configuration, steps: (await stepsGiven(flags, run)) ?? run.steps };
}

/**
 * Checks that a configuration has what a run keeps to its end.
 * @param who names the run in the message
 * @param alsoFixed what must be the same besides
 * @throws UsageError naming the options that contradict the run, with the run's values and those given
 */
export function requireSameOptions(
  who: string,
  run: TrainingConfiguration,
  configuration: TrainingConfiguration,
  alsoFixed: readonly ConfiguredOption[] = [],
): void {
  const contradictions = [...alsoFixed, ...fixedOptions].flatMap(([option, read]) => {
    const [had, given] = [JSON.stringify(read(run)), JSON.stringify(read(configuration))];
    return had === given ? [] : [`--${option} (the run has ${had ?? 'none'}, given was ${given ?? 'none'})`];
  });
  if (contradictions.length === 0) return;
  throw new UsageError(
    `Expected the options that ${who} began with but received another ${contradictions.join(' and ')}`,
  );
}

/** An option and where a configuration has its value. */
export type ConfiguredOption = readonly [option: string, read: (run: TrainingConfiguration) => unknown];

/** What a run keeps to its end, by the option that sets it. */
export const fixedOptions: readonly ConfiguredOption[] = [
  ['style', (run) => run.style],
  ['style-size', (run) => run.styleSize],
  ['no-crop', (run) => run.styleCrop ?? true],
  ['name', (run) => run.styleName],
  ['author', (run) => run.author],
  ['licence', (run) => run.licence],
  ['content', (run) => run.content],
  ['loss-network', (run) => run.lossNetwork],
  ['recipe', (run) => run.recipe],
  ['pyramid-levels', (run) => run.pyramidLevels],
  ['content-weight', (run) => run.weights.content],
  ['style-weight', (run) => run.weights.style],
  ['tv-weight', (run) => run.weights.tv],
  ['layer-weights', (run) => run.layerWeights],
  ['stability-weight', (run) => run.stabilityWeight],
  ['channels', (run) => run.network.channels],
  ['from', (run) => run.from],
  ['tune', (run) => run.tune],
  ['upsampling', (run) => run.network.upsampling],
  ['batch', (run) => run.batch],
  ['micro-batch', (run) => run.microBatch],
  ['size', (run) => run.size],
  ['learning-rate', (run) => run.learningRate],
  ['schedule', (run) => run.schedule.name],
  ['schedule-every', (run) => run.schedule.every],
  ['warm-up', (run) => run.schedule.warmUp],
  ['clip-gradients', (run) => run.clipGradients],
  ['seed', (run) => run.seed],
  ['validation', (run) => run.validation],
];

/** A configuration with the flags that were given in place of its own values; all but the number of steps. */
function withFlags(flags: GivenOptions, base: TrainingConfiguration): TrainingConfiguration {
  const { style, content, preview } = flags;
  return {
    style: style === undefined ? base.style : resolve(style),
    styleName: flags.name ?? base.styleName,
    author: flags.author ?? base.author,
    licence: flags.licence ?? base.licence,
    content: content === undefined ? base.content : resolve(content),
    ...withObjectiveFlags(flags, base),
    styleCrop: flags.noCrop ? undefined : base.styleCrop,
    stabilityWeight: flags.stabilityWeight ?? base.stabilityWeight,
    from: base.from,
    tune: flags.tune ?? base.tune,
    steps: base.steps,
    batch: flags.batch ?? base.batch,
    microBatch: flags.microBatch ?? base.microBatch,
    size: flags.size ?? base.size,
    learningRate: flags.learningRate ?? base.learningRate,
    clipGradients: flags.clipGradients ?? base.clipGradients,
    seed: flags.seed ?? base.seed,
    validation: flags.validation ?? base.validation,
    checkpointEvery: flags.checkpointEvery ?? base.checkpointEvery,
    previews: preview?.map((file) => resolve(file)) ?? base.previews,
    network: {
      ...base.network,
      channels: flags.channels ?? base.network.channels,
      upsampling: flags.upsampling ?? base.network.upsampling,
    },
    schedule: {
      name: flags.schedule ?? base.schedule.name,
      warmUp: flags.warmUp ?? base.schedule.warmUp,
      every: flags.scheduleEvery ?? base.schedule.every,
    },
  };
}

function requireConsistent(flags: GivenOptions, configuration: TrainingConfiguration): void {
  const { batch, microBatch, schedule } = configuration;
  const { stepsPerRun = 1 } = flags;
  if (batch % microBatch !== 0) {
    throw new UsageError(`Expected --micro-batch to divide --batch ${batch} but received ${microBatch}`);
  }
  if (configuration.tune !== undefined && !(configuration.from !== undefined && isBaseFile(configuration.from))) {
    throw new UsageError(
      'Expected --tune with --from a base only: other networks have no style that could be told apart',
    );
  }
  if (flags.scheduleEvery !== undefined && schedule.name !== 'step') {
    throw new UsageError(`Expected --schedule-every with --schedule step only but the schedule is ${schedule.name}`);
  }
  if (stepsPerRun > 1 && flags.device === 'webgpu') {
    throw new UsageError(
      `Expected --steps-per-run 1 with --device webgpu, which runs loops on the CPU, but received ${stepsPerRun}`,
    );
  }
  if (stepsPerRun > 1 && !canRunSeveralSteps(configuration)) {
    throw new UsageError(
      `Expected --steps-per-run 1 with --clip-gradients, --stability-weight or --tune style but received ${stepsPerRun}`,
    );
  }
}

/** On a GPU behind a bus, the state crosses it once a run; elsewhere a run of one step loses nothing. */
export function defaultStepsPerRun(device: ActualDevice, configuration: TrainingConfiguration): number {
  return device === 'cuda' && canRunSeveralSteps(configuration) ? 20 : 1;
}

/** Neither clipping nor the stability term nor the choice of what is trained is a part of the graph that makes several steps. */
function canRunSeveralSteps({ clipGradients, stabilityWeight, tune }: TrainingConfiguration): boolean {
  return clipGradients === undefined && stabilityWeight === 0 && tune !== 'style';
}

/** The number of steps that --steps or --epochs ask for, if one of them is given. */
async function stepsGiven(
  { steps, epochs }: GivenOptions,
  { content, batch, validation }: Pick<TrainingConfiguration, 'content' | 'batch' | 'validation'>,
): Promise<number | undefined> {
  if (epochs === undefined) return steps;
  const { length } = await findPictures(content);
  return Math.ceil((epochs * (length - (validation ?? defaultValidationCount(length)))) / batch);
}
