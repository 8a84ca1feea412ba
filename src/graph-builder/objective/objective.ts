import { inScope } from '../ir/scope.ts';
import { type InputValue, input, type Value } from '../ir/value.ts';
import { type FrozenLossNetwork, vggFeatures } from '../networks/vgg.ts';
import { layerOfConvolution, vggConvolutions } from '../networks/vgg-architecture.ts';
import { add, averagePool, mul, slice } from '../operators/index.ts';
import { type Recipe, recipeLayers } from './recipes.ts';
import { contentTerm, discountedGramMatrix, styleTerm, toneTerm, totalVariationTerm } from './terms.ts';

/** The loss network and the recipe by which pictures are judged. */
export interface Objective {
  readonly lossNetwork: FrozenLossNetwork;
  readonly recipe: Recipe;
}

/** The graph inputs that an objective reads besides pictures. */
export interface ObjectiveInputs {
  /** Gram matrix of the painting by layer, `style.LAYER` [1, C, C]; of its reduced copies `style.levelN.LAYER`. */
  readonly styleTargets: ReadonlyMap<string, InputValue>;
  /** Weight of each style layer, `weight.style.LAYER`, a scalar. */
  readonly layerWeights: ReadonlyMap<string, InputValue>;
  /** Weight of each term, `weight.content`, `weight.style`, `weight.tv`, scalars. */
  readonly termWeights: { readonly content: InputValue; readonly style: InputValue; readonly tv: InputValue };
}

/** The weighted sum and the unweighted terms, scalars. */
export interface LossTerms {
  readonly loss: Value;
  readonly content: Value;
  readonly style: Value;
  readonly tv: Value;
}

export function objectiveInputs({ lossNetwork, recipe }: Objective): ObjectiveInputs {
  const channels = new Map(
    vggConvolutions(lossNetwork.architecture).map(({ name, outputChannels }) => [
      layerOfConvolution(name),
      outputChannels,
    ]),
  );
  const byLayer = (build: (layer: string) => InputValue) =>
    new Map(recipe.styleLayers.map((layer) => [layer, build(layer)]));
  const weight = (name: string) => input(`weight.${name}`, 'float32', []);
  return {
    styleTargets: new Map(
      pyramidLayers(recipe).map(({ name, layer }) => {
        const count = channels.get(layer) ?? 0;
        return [name, input(`style.${name}`, 'float32', [1, count, count])];
      }),
    ),
    layerWeights: byLayer((layer) => weight(`style.${layer}`)),
    termWeights: { content: weight('content'), style: weight('style'), tv: weight('tv') },
  };
}

/** An objective's inputs as one list, in the order in which graphs declare them. */
export function listInputs({ styleTargets, layerWeights, termWeights }: ObjectiveInputs): readonly InputValue[] {
  return [...styleTargets.values(), ...layerWeights.values(), termWeights.content, termWeights.style, termWeights.tv];
}

/**
 * The objective: λ_content · content + λ_style · Σ_l w_l · style_l + λ_tv · tv. Nothing in it mixes the samples of a
 * batch, so that the mean over a batch equals the mean over its parts.
 * @param stylized pictures to judge [N, 3, H, W], RGB 0..255
 * @param content the photographs they were made from, same shape
 */
export function lossTerms(objective: Objective, stylized: Value, content: Value, inputs: ObjectiveInputs): LossTerms {
  const { lossNetwork, recipe } = objective;
  const { features, gramMatrices } = perceive(objective, stylized);
  const target = inScope('content_features', () => vggFeatures(content, lossNetwork, [recipe.contentLayer]));
  return inScope('objective', () => {
    const likeness = contentTerm(recipe, layerOf(features, recipe.contentLayer), layerOf(target, recipe.contentLayer));
    const contentLoss =
      recipe.toneWeight === 0 ? likeness : add(likeness, mul(toneTerm(stylized, content), recipe.toneWeight));
    const styles = pyramidLayers(recipe).map(({ name, layer }) => {
      const term = styleTerm(recipe, layerOf(gramMatrices, name), layerOf(inputs.styleTargets, name));
      return mul(term, layerOf(inputs.layerWeights, layer));
    });
    const sum = styles.reduce((total, term) => add(total, term));
    const style = recipe.pyramidLevels === 1 ? sum : mul(sum, 1 / recipe.pyramidLevels);
    const tv = totalVariationTerm(recipe, stylized);
    const { termWeights } = inputs;
    const perception = add(mul(contentLoss, termWeights.content), mul(style, termWeights.style));
    return { loss: add(perception, mul(tv, termWeights.tv)), content: contentLoss, style, tv };
  });
}

/** Each level of the pyramid has the means of four pixels of the level before. */
const halving = { kernel_shape: [2, 2], strides: [2, 2], pads: [0, 0, 0, 0] };

/**
 * What the loss network sees in pictures: features at the recipe's layers; Gram matrices at its style layers, on every
 * level of the pyramid, by the names that style targets have without their `style.`.
 * @returns Gram matrices [N, C, C]
 */
export function perceive(
  { lossNetwork, recipe }: Objective,
  image: Value,
): { readonly features: ReadonlyMap<string, Value>; readonly gramMatrices: ReadonlyMap<string, Value> } {
  const levels = [image];
  while (levels.length < recipe.pyramidLevels) levels.push(averagePool(levels[levels.length - 1] ?? image, halving));
  const seen = levels.map((picture, level) => {
    const layers = level === 0 ? recipeLayers(recipe) : recipe.styleLayers;
    return inScope(level === 0 ? 'loss_network' : `loss_network.level${level}`, () => {
      const features = vggFeatures(picture, lossNetwork, layers);
      const gramOf = (layer: string) =>
        inScope(layer, () => {
          const inner = withoutMargin(layerOf(features, layer), recipe.styleMargin);
          return discountedGramMatrix(inner, recipe.meanDiscount);
        });
      return { features, grams: recipe.styleLayers.map((layer) => [levelName(level, layer), gramOf(layer)] as const) };
    });
  });
  return { features: seen[0]?.features ?? new Map(), gramMatrices: new Map(seen.flatMap(({ grams }) => grams)) };
}

function withoutMargin(features: Value, cells: number): Value {
  if (cells === 0) return features;
  return slice(features, { axes: [2, 3], starts: [cells, cells], ends: [-cells, -cells] });
}

/** The style layers on every level of the pyramid, with the names of their targets. */
export function pyramidLayers({
  styleLayers,
  pyramidLevels,
}: Recipe): readonly { readonly name: string; readonly layer: string }[] {
  return Array.from({ length: pyramidLevels }, (_, level) =>
    styleLayers.map((layer) => ({ name: levelName(level, layer), layer })),
  ).flat();
}

function levelName(level: number, layer: string): string {
  return level === 0 ? layer : `level${level}.${layer}`;
}

/**
 * The entry of a layer.
 * @throws if there is none
 */
export function layerOf<T>(map: ReadonlyMap<string, T>, layer: string): T {
  const value = map.get(layer);
  if (value === undefined) throw new Error(`Expected the layer ${layer} among ${[...map.keys()].join(', ')}`);
  return value;
}
