import type { FloatTensor } from '../../src/graph-builder/ir/tensor.ts';
import type { FrozenLossNetwork } from '../../src/graph-builder/networks/vgg.ts';
import { layerOf } from '../../src/graph-builder/objective/objective.ts';
import { type Recipe, recipes } from '../../src/graph-builder/objective/recipes.ts';
import type { Picture } from '../../src/image/picture.ts';
import type { CreateSession } from '../../src/loss-network/objective/graph-session.ts';
import { computeStyleTargets } from '../../src/loss-network/objective/style-targets.ts';

/** A Gram matrix of a picture: [C, C], row by row. */
export interface GramMatrix {
  readonly size: number;
  readonly values: Float32Array;
}

/**
 * The Gram matrices of a picture at some layers, computed as the targets of a training are.
 * @param lossNetwork with all of the layers
 */
export async function gramMatrices(
  lossNetwork: FrozenLossNetwork,
  layers: readonly string[],
  picture: Picture,
  createSession: CreateSession,
): Promise<ReadonlyMap<string, GramMatrix>> {
  const targets = await computeStyleTargets({ lossNetwork, recipe: gramRecipe(layers) }, picture, createSession);
  return new Map(layers.map((layer) => [layer, gramMatrixOf(layerOf(targets, `style.${layer}`))]));
}

/** The recipe whose style targets are the Gram matrices of a picture itself at some layers. */
function gramRecipe(layers: readonly string[]): Recipe {
  const [first = ''] = layers;
  return { ...recipes.balanced, styleLayers: layers, contentLayer: first, pyramidLevels: 1 };
}

/** @param target a style target, [1, C, C] */
function gramMatrixOf({ shape, data }: FloatTensor): GramMatrix {
  return { size: shape.at(-1) ?? 0, values: data };
}

/** The channels of a matrix in the order of their energy, the entries on its diagonal, largest first. */
export function energyOrder({ size, values }: GramMatrix): readonly number[] {
  const energy = (channel: number) => values[channel * (size + 1)] ?? 0;
  return Array.from({ length: size }, (_, channel) => channel).sort((a, b) => energy(b) - energy(a));
}

/** The matrix with rows and columns in another order of the channels. */
export function reordered({ size, values }: GramMatrix, order: readonly number[]): GramMatrix {
  const moved = Float32Array.from(values, (_, index) => {
    const [row = 0, column = 0] = [order[Math.floor(index / size)], order[index % size]];
    return values[row * size + column] ?? 0;
  });
  return { size, values: moved };
}

/** Decades of a logarithmic colour scale below its largest value. */
const decades = 4;

/** A logarithmic scale for all of several matrices: 1 for their largest entry, 0 for what is `decades` below it or less. */
export interface LogarithmicScale {
  /** Powers of ten. */
  readonly from: number;
  readonly to: number;
  readonly of: (value: number) => number;
}

export function sharedScale(matrices: readonly GramMatrix[]): LogarithmicScale {
  const largest = Math.max(...matrices.map(({ values }) => values.reduce((a, b) => Math.max(a, b), 0)));
  const to = largest > 0 ? Math.log10(largest) : 0;
  const from = to - decades;
  return { from, to, of: (value) => (value > 0 ? Math.max(0, (Math.log10(value) - from) / decades) : 0) };
}
