import type { ParameterShape } from './parameters.ts';
import type { VggConvolution } from './vgg-architecture.ts';

/**
 * Convolutions of low rank: a 1×1 convolution to few channels, a 3×3 one among these, the basis, then a 1×1 convolution
 * that combines them into all the channels that the full convolution has (Kim et al., "Compression of Deep Convolutional
 * Neural Networks for Fast and Low Power Mobile Applications", 2016, section 3.1). The network's features keep their
 * number and their meaning. Where max pooling follows the full convolution, the basis is 4×4 with stride 2, which is what
 * a 3×3 kernel and a mean over 2×2 pixels make together: what is learnt are the features after the pooling.
 */

/** The rank of each convolution that is of low rank, by its name. */
export type Ranks = ReadonlyMap<string, number>;

/** The side of the kernel of a basis. */
export const basisKernel = ({ pooled }: VggConvolution): number => (pooled ? 4 : 3);

/**
 * The weights of low-rank convolutions under their canonical names; convolutions without a rank are left out.
 */
export function lowRankParameters(convolutions: readonly VggConvolution[], ranks: Ranks): readonly ParameterShape[] {
  return convolutions.flatMap((convolution) => {
    const { name, inputChannels, outputChannels } = convolution;
    const rank = ranks.get(name);
    if (rank === undefined) return [];
    const side = basisKernel(convolution);
    return [
      { name: `${name}.reduction.weight`, shape: [rank, inputChannels, 1, 1] },
      { name: `${name}.basis.weight`, shape: [rank, rank, side, side] },
      { name: `${name}.weight`, shape: [outputChannels, rank, 1, 1] },
      { name: `${name}.bias`, shape: [outputChannels] },
    ];
  });
}

/**
 * Multiplications that a convolution takes for each pixel of the picture, whose later blocks are smaller.
 * @param rank undefined for the full convolution
 */
export function convolutionCost(convolution: VggConvolution, rank?: number): number {
  const { block, inputChannels, outputChannels, pooled } = convolution;
  const positions = 1 / 4 ** (block - 1);
  if (rank === undefined) return 9 * inputChannels * outputChannels * positions;
  const afterBasis = rank * rank * basisKernel(convolution) ** 2 + rank * outputChannels;
  return (rank * inputChannels + afterBasis / (pooled ? 4 : 1)) * positions;
}
