import { convolutionCost, type Ranks } from '../graph-builder/networks/low-rank.ts';
import type { VggConvolution } from '../graph-builder/networks/vgg-architecture.ts';

/** Ranks come in steps of the channels that CPU kernels with 512-bit registers work on at once: others cost as much as the next. */
const rankStep = 16;

/** A convolution and the variance along each of its principal components. */
export interface RankedConvolution {
  readonly convolution: VggConvolution;
  readonly variances: readonly number[];
}

/**
 * The rank of each convolution such that all of them together take at most a share of the full ones' multiplications.
 * From the highest ranks that save anything, the one whose reduction loses least of its convolution's variance for the
 * multiplications that it saves goes down, again and again (Zhang et al. 2016, section 4, algorithm 1).
 * @param kept multiplications, for a pixel, of the convolutions that stay as they are
 * @param share of the multiplications of all convolutions, those that stay included: 0 to 1
 * @throws if even the lowest ranks take more
 */
export function chooseRanks(convolutions: readonly RankedConvolution[], kept: number, share: number): Ranks {
  const full = sum(convolutions.map(({ convolution }) => convolutionCost(convolution))) + kept;
  const ranks = new Map(convolutions.map(({ convolution }) => [convolution.name, highestRank(convolution)]));
  const rankOf = (name: string) => ranks.get(name) ?? 0;
  const cost = () => kept + sum(convolutions.map(({ convolution: c }) => convolutionCost(c, rankOf(c.name))));
  while (cost() > share * full) {
    const candidates = convolutions.filter(({ convolution }) => rankOf(convolution.name) > rankStep);
    const losses = candidates.map((candidate) => lossOfReduction(candidate, rankOf(candidate.convolution.name)));
    const chosen = candidates[losses.indexOf(Math.min(...losses))];
    if (!chosen) {
      throw new Error(
        `Expected a share of at least ${(cost() / full).toFixed(3)} of the teacher's multiplications but received ${share}`,
      );
    }
    ranks.set(chosen.convolution.name, rankOf(chosen.convolution.name) - rankStep);
  }
  return ranks;
}

/** The share of its variance that a convolution loses with its next lower rank, by the multiplications saved. */
function lossOfReduction({ convolution, variances }: RankedConvolution, rank: number): number {
  const before = sum(variances.slice(0, rank));
  const lost = sum(variances.slice(rank - rankStep, rank));
  const saved = convolutionCost(convolution, rank) - convolutionCost(convolution, rank - rankStep);
  return lost / before / saved;
}

/** The highest rank below the number of channels that takes fewer multiplications than the full convolution. */
function highestRank(convolution: VggConvolution): number {
  const most = Math.min(convolution.inputChannels, convolution.outputChannels);
  const ranks = Array.from({ length: Math.floor(most / rankStep) }, (_, index) => (index + 1) * rankStep);
  const full = convolutionCost(convolution);
  return ranks.findLast((rank) => convolutionCost(convolution, rank) < full) ?? rankStep;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
