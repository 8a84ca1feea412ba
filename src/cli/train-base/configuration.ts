import { readFile } from 'node:fs/promises';
import { basename, extname, resolve } from 'node:path';
import { samplePhotographsFolder } from '../../dataset/sample-photographs.node.ts';
import { isFolder } from '../../files/make-folder.node.ts';
import { findPictures } from '../../image/find.node.ts';
import type { BaseConfiguration } from '../../style-file/base/base-configuration.ts';
import { readBaseFile } from '../../style-file/base/base-file.node.ts';
import { isBaseFile } from '../../style-file/base/base-file.ts';
import { defaultObjective, defaultSchedule, defaultTraining } from '../../train/default-configuration.ts';
import { UsageError } from '../shared/exit.ts';
import { withObjectiveFlags } from '../shared/objective-options.ts';
import { type ConfigurationArguments, startOf } from '../train/configuration.ts';

/** The flags of `impasto train-base`; with --resume, what is undefined takes the earlier run's value. */
export interface TrainBaseArguments
  extends Pick<
    ConfigurationArguments,
    | 'content'
    | 'steps'
    | 'batch'
    | 'size'
    | 'channels'
    | 'styleWeight'
    | 'lossNetwork'
    | 'learningRate'
    | 'clipGradients'
    | 'from'
    | 'seed'
    | 'validation'
    | 'checkpointEvery'
    | 'preview'
    | 'device'
  > {
  readonly paintings: readonly string[] | undefined;
  readonly leaveOut: string | undefined;
  readonly variants: number | undefined;
  readonly out: string | undefined;
  readonly maxMinutes: number | undefined;
  readonly resume: string | undefined;
  readonly threads: number | undefined;
}

const recipe = 'motifs';

const defaults = {
  steps: 20_000,
  channels: 16,
  learningRate: 0.0015,
  variants: 6,
  bottleneck: 100,
  checkpointEvery: 500,
};

/** The configuration of a new run; without a base that it starts from, only a look at the paintings can tell their scale. */
export type NewBaseConfiguration = Omit<BaseConfiguration, 'descriptorScale'> &
  Partial<Pick<BaseConfiguration, 'descriptorScale'>>;

/**
 * The configuration of a new run.
 * @throws UsageError if there are no paintings, or flags contradict each other
 */
export async function newConfiguration(flags: TrainBaseArguments): Promise<NewBaseConfiguration> {
  const paintings = await paintingGroups(flags);
  const steps = flags.steps ?? defaults.steps;
  const content = resolve(flags.content ?? samplePhotographsFolder);
  const { styleSize: _, ...objective } = withObjectiveFlags({ ...flags, recipe }, defaultObjective(recipe));
  const { channels = defaults.channels } = flags;
  return {
    ...defaultTraining,
    ...objective,
    ...{ paintings, content, steps },
    network: { ...defaultTraining.network, channels },
    bottleneck: defaults.bottleneck,
    ...(await startingPoint(flags)),
    variants: flags.variants ?? defaults.variants,
    batch: flags.batch ?? defaultTraining.batch,
    size: flags.size ?? defaultTraining.size,
    learningRate: flags.learningRate ?? defaults.learningRate,
    clipGradients: flags.clipGradients,
    schedule: defaultSchedule(steps),
    seed: flags.seed ?? defaultTraining.seed,
    validation: flags.validation,
    checkpointEvery: flags.checkpointEvery ?? defaults.checkpointEvery,
    previews: flags.preview?.map((file) => resolve(file)),
  };
}

/**
 * What --from says: the network of a style, or a base with its prediction and the scale of its descriptors.
 * @throws UsageError if it has another width than --channels
 */
async function startingPoint({
  from,
  ...flags
}: TrainBaseArguments): Promise<
  Partial<Pick<BaseConfiguration, 'from' | 'network' | 'bottleneck' | 'descriptorScale'>>
> {
  if (from === undefined || !isBaseFile(from)) return (await startOf({ ...flags, from })) ?? {};
  const { network, description, descriptorScale } = await readBaseFile(from);
  if (flags.channels !== undefined && flags.channels !== network.channels) {
    throw new UsageError(`Expected --channels ${network.channels}, those of ${from}, but received ${flags.channels}`);
  }
  return { from: resolve(from), network, bottleneck: description.bottleneck, descriptorScale };
}

/** What a resumed run keeps to its end, by the flag that sets it. */
const fixedFlags = [
  'paintings',
  'leaveOut',
  'variants',
  'content',
  'out',
  'batch',
  'size',
  'channels',
  'styleWeight',
  'lossNetwork',
  'learningRate',
  'clipGradients',
  'from',
  'seed',
  'validation',
] as const satisfies readonly (keyof TrainBaseArguments)[];

/**
 * The configuration of a run that goes on: its own, but for its length, and what it writes when.
 * @param step steps done
 * @throws UsageError if another option is given, or fewer steps than are done
 */
export function resumedConfiguration(
  flags: TrainBaseArguments,
  run: BaseConfiguration,
  step: number,
): BaseConfiguration {
  const given = fixedFlags.find((name) => flags[name] !== undefined);
  if (given) {
    const option = given.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    throw new UsageError(`Expected no --${option} with --resume: a base goes on with the options that it began with`);
  }
  const steps = flags.steps ?? run.steps;
  if (steps < step) throw new UsageError(`Expected at least the ${step} steps that are done but received ${steps}`);
  const previews = flags.preview?.map((file) => resolve(file)) ?? run.previews;
  return { ...run, steps, checkpointEvery: flags.checkpointEvery ?? run.checkpointEvery, previews };
}

/** The paintings of each folder, and all single ones, without those that are left out. */
async function paintingGroups({ paintings = [], leaveOut }: TrainBaseArguments): Promise<string[][]> {
  if (paintings.length === 0) {
    throw new UsageError('Expected folders of paintings, or paintings: --paintings DIR…');
  }
  const single: string[] = [];
  const groups: string[][] = [];
  for (const path of paintings) {
    if (await isFolder(path)) groups.push([...(await findPictures(path))]);
    else single.push(path);
  }
  const found = [single, ...groups].map((group) => group.map((path) => resolve(path)));
  const leftOut = leaveOut === undefined ? new Set<string>() : await readLeftOut(leaveOut, found.flat());
  const learnt = found.map((group) => group.filter((path) => !leftOut.has(nameOf(path))));
  const groupsLeft = learnt.filter((group) => group.length > 0);
  if (groupsLeft.length > 0) return groupsLeft;
  throw new UsageError(`Expected paintings to learn but all ${found.flat().length} are left out by ${leaveOut}`);
}

/**
 * The names of the paintings that a list leaves out, with or without the ending of their files; a line that begins with # is a
 * comment.
 * @throws UsageError if one of them is not among the paintings: a mistyped name would be learnt
 */
async function readLeftOut(list: string, paintings: readonly string[]): Promise<ReadonlySet<string>> {
  const text = await readFile(list, 'utf8').catch((error: unknown) => {
    throw new Error(`Expected a list of paintings at ${list} but it cannot be read`, { cause: error });
  });
  const lines = text.split('\n').map((line) => line.trim());
  const names = lines.filter((line) => line !== '' && !line.startsWith('#')).map(nameOf);
  const known = new Set(paintings.map(nameOf));
  const unknown = names.find((name) => !known.has(name));
  if (unknown === undefined) return new Set(names);
  throw new UsageError(`Expected names of paintings in ${list} but there is no painting ${unknown.slice(0, 60)}`);
}

function nameOf(path: string): string {
  return basename(path, extname(path));
}
