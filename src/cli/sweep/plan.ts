import { join } from 'node:path';
import { requireWritableFolder } from '../../files/make-folder.node.ts';
import { defaultRecipe, recipes } from '../../graph-builder/objective/recipes.ts';
import type { TrainingConfiguration } from '../../style-file/training-configuration.ts';
import { learntCheckpoint } from '../../sweep/run-sweep.node.ts';
import type { SweepCell } from '../../sweep/sweep-cell.ts';
import { defaultSteps, defaultStyleSize } from '../../train/default-configuration.ts';
import { commandLine, shellWord } from '../shared/command-line.ts';
import { parseNumbers, styleSizeRange, styleWeightRange } from '../shared/options.ts';
import { withPaintedRegion } from '../shared/painting.ts';
import {
  type ConfigurationArguments,
  type ConfiguredOption,
  newConfiguration,
  requireSameOptions,
} from '../train/configuration.ts';

/** The flags of `impasto sweep`. */
export interface SweepArguments extends Omit<ConfigurationArguments, 'epochs' | 'styleWeight' | 'styleSize'> {
  readonly steps: number;
  readonly styleWeights: string | undefined;
  readonly styleSizes: string;
  readonly out: string | undefined;
  readonly threads: number | undefined;
}

/** Where a sweep writes, and its cells in the order of their training. */
export interface SweepPlan {
  readonly folder: string;
  readonly cells: readonly SweepCell[];
}

/**
 * Plans a sweep; nothing is written yet.
 * @throws UsageError if the lists are wrong, flags contradict each other, or the folder's cells began with other options
 */
export async function planSweep(flags: SweepArguments): Promise<SweepPlan> {
  const recipe = recipes[flags.recipe ?? defaultRecipe];
  const styleWeights =
    flags.styleWeights === undefined
      ? weightsAround(recipe.weights.style)
      : parseNumbers('style-weights', flags.styleWeights, styleWeightRange);
  const settings = parseNumbers('style-sizes', flags.styleSizes, styleSizeRange).flatMap((styleSize) =>
    styleWeights.map((styleWeight) => ({ styleSize, styleWeight })),
  );
  const unseen = await Promise.all(
    settings.map((setting) => newConfiguration({ ...flags, ...setting, epochs: undefined })),
  );
  const folder = flags.out ?? join('runs', `${unseen[0]?.styleName}-sweep`);
  await requireWritableFolder(folder);
  const configurations = await withSharedRegion(unseen, flags);
  const cells = configurations.map((configuration): SweepCell => {
    const { weights, styleSize, steps } = configuration;
    const cellFolder = join(folder, `weight-${weights.style}-size-${styleSize}`);
    return {
      folder: cellFolder,
      configuration,
      isDefault: weights.style === recipe.weights.style && styleSize === defaultStyleSize,
      command: `${commandLine('train')} --resume ${shellWord(cellFolder)} --steps ${Math.max(defaultSteps, 2 * steps)}`,
    };
  });
  for (const cell of cells) await requireOwnOptions(cell);
  return { folder, cells };
}

/** The painting that the configurations share is looked at once. */
async function withSharedRegion(
  configurations: readonly TrainingConfiguration[],
  flags: SweepArguments,
): Promise<readonly TrainingConfiguration[]> {
  const [first] = configurations;
  if (!first) return configurations;
  const { styleCrop } = await withPaintedRegion(first, flags);
  return configurations.map((configuration) => ({ ...configuration, styleCrop }));
}

/** A third of a weight, the weight, and three times it. */
function weightsAround(weight: number): readonly number[] {
  return [weight / 3, weight, 3 * weight].map((each) => Number(each.toPrecision(3)));
}

/** What all cells of a sweep have in common besides, so that their pictures can be compared. */
const sweepOptions: readonly ConfiguredOption[] = [
  ['steps', (run) => run.steps],
  ['preview', (run) => run.previews],
];

async function requireOwnOptions(cell: SweepCell): Promise<void> {
  const { folder, configuration } = cell;
  const run = (await learntCheckpoint(cell))?.configuration;
  if (run === undefined) return;
  // A cell that was chosen and trained on has more steps, but still the sweep's schedule.
  const isTrainedOn = run.steps > configuration.steps && run.schedule.every === configuration.schedule.every;
  const given = isTrainedOn ? { ...configuration, steps: run.steps } : configuration;
  requireSameOptions(folder, run, given, sweepOptions);
}
