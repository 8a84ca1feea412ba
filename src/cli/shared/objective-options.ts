import { resolve } from 'node:path';
import { defaultRecipe, type RecipeName, recipeNames, recipes } from '../../graph-builder/objective/recipes.ts';
import { isLossNetworkName } from '../../loss-network/weights/named-loss-networks.node.ts';
import type { ObjectiveConfiguration } from '../../style-file/training-configuration.ts';
import { UsageError } from './exit.ts';
import { lossNetworkOption, numberOption, pyramidLevelsOption, styleSizeRange, styleWeightRange } from './options.ts';

/** Flags of every command that lowers an objective; without a default, since that is the recipe's. */
export const objectiveOptions = {
  'loss-network': lossNetworkOption,
  recipe: { choices: recipeNames, requiresArg: true, describe: `How the loss is computed (default: ${defaultRecipe})` },
  'pyramid-levels': pyramidLevelsOption,
  'content-weight': {
    requiresArg: true,
    describe: "Weight of the content term (default: the recipe's)",
    coerce: numberOption('content-weight', { minimum: 0 }),
  },
  'tv-weight': {
    requiresArg: true,
    describe: "Weight of total variation (default: the recipe's)",
    coerce: numberOption('tv-weight', { minimum: 0 }),
  },
  'layer-weights': {
    type: 'string',
    requiresArg: true,
    describe: 'Weights of style layers, such as relu1_1=0.5,relu4_1=0.1',
  },
} as const;

/** How much the style counts, in a command that takes one weight. */
export const styleWeightOption = {
  requiresArg: true,
  describe: "Weight of the style term (default: the recipe's)",
  coerce: numberOption('style-weight', styleWeightRange),
} as const;

/** How large the painting is looked at, in a command that takes one size. */
export const styleSizeOption = {
  requiresArg: true,
  describe: 'Short side that the painting is resized to: smaller gives finer strokes (default: 384)',
  coerce: numberOption('style-size', styleSizeRange),
} as const;

/** The flags that an objective comes from; what is undefined takes its default. */
export interface ObjectiveArguments {
  readonly styleSize: number | undefined;
  readonly lossNetwork: string | undefined;
  readonly recipe: RecipeName | undefined;
  readonly pyramidLevels: number | undefined;
  readonly contentWeight: number | undefined;
  readonly styleWeight: number | undefined;
  readonly tvWeight: number | undefined;
  readonly layerWeights: string | undefined;
}

/**
 * An objective's configuration with the flags that were given in place of its own values.
 * @throws UsageError if --layer-weights names a layer that the recipe has not, or gives no weight
 */
export function withObjectiveFlags(
  flags: Partial<ObjectiveArguments>,
  base: ObjectiveConfiguration,
): ObjectiveConfiguration {
  const { lossNetwork } = flags;
  return {
    styleSize: flags.styleSize ?? base.styleSize,
    lossNetwork: lossNetwork === undefined ? base.lossNetwork : lossNetworkSource(lossNetwork),
    recipe: flags.recipe ?? base.recipe,
    pyramidLevels: flags.pyramidLevels ?? base.pyramidLevels,
    weights: {
      content: flags.contentWeight ?? base.weights.content,
      style: flags.styleWeight ?? base.weights.style,
      tv: flags.tvWeight ?? base.weights.tv,
    },
    layerWeights: {
      ...base.layerWeights,
      ...parseLayerWeights(flags.layerWeights, recipes[base.recipe].styleLayers),
    },
  };
}

/** A name stays a name; a file is found from any working folder. */
function lossNetworkSource(source: string): string {
  return isLossNetworkName(source) ? source : resolve(source);
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
