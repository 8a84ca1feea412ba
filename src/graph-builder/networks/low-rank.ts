import type { ParameterShape } from './parameters.ts';
import type { VggConvolution } from './vgg-architecture.ts';

/**
 * Convolutions of low rank: a 3×3 convolution to few channels, its basis, then a 1×1 convolution that combines these into
 * all the channels that the full convolution has (Zhang et al., "Accelerating Very Deep Convolutional Networks for
 * Classification and Detection", 2016, section 3). The network's features keep their number and their meaning.
 */

/** The rank of each convolution that is of low rank, by its name. */
export type Ranks = ReadonlyMap<string, number>;

/**
 * The weights of low-rank convolutions under their canonical names; convolutions without a rank are left out.
 */
export function lowRankParameters(convolutions: readonly VggConvolution[], ranks: Ranks): readonly ParameterShape[] {
  return convolutions.flatMap(({ name, inputChannels, outputChannels }) => {
    const rank = ranks.get(name);
    if (rank === undefined) return [];
    return [
      { name: `${name}.basis.weight`, shape: [rank, inputChannels, 3, 3] },
      { name: `${name}.weight`, shape: [outputChannels, rank, 1, 1] },
      { name: `${name}.bias`, shape: [outputChannels] },
    ];
  });
}

/**
 * Multiplications that a convolution takes for each pixel of the picture, whose later blocks are smaller.
 * @param rank undefined for the full convolution
 */
export function convolutionCost({ block, inputChannels, outputChannels }: VggConvolution, rank?: number): number {
  const perPosition =
    rank === undefined ? 9 * inputChannels * outputChannels : rank * (9 * inputChannels + outputChannels);
  return perPosition / 4 ** (block - 1);
}
