import type { FloatTensor } from '../ir/tensor.ts';

export type VggArchitecture = 'vgg16' | 'vgg19';

/** One 3×3, stride-1, zero-padded convolution of a VGG network, followed by ReLU; `conv3_1` computes `relu3_1`. */
export interface VggConvolution {
  readonly name: string;
  readonly block: number;
  readonly inputChannels: number;
  readonly outputChannels: number;
  /** Whether a max pooling lies between it and the next convolution. */
  readonly pooled: boolean;
}

/**
 * Weights of a VGG loss network in impasto's canonical form, whatever file they came from.
 * `tensors` holds `convB_I.weight` [out, in, 3, 3], whose input channels are in RGB order for conv1_1, and
 * `convB_I.bias` [out]. A convolution of low rank (see `low-rank.ts`) has `convB_I.reduction.weight` [rank, in, 1, 1],
 * `convB_I.basis.weight` [rank, rank, 3, 3], or [rank, rank, 4, 4] where it pools as well, and `convB_I.weight`
 * [out, rank, 1, 1]. The network's input is (RGB 0..255 − mean) / std, channel by channel.
 */
export interface LossNetworkWeights {
  readonly architecture: VggArchitecture;
  readonly mean: readonly [number, number, number];
  readonly std: readonly [number, number, number];
  readonly tensors: ReadonlyMap<string, FloatTensor>;
}

const convolutionsPerBlock: Record<VggArchitecture, readonly number[]> = {
  vgg16: [2, 2, 3, 3, 3],
  vgg19: [2, 2, 4, 4, 4],
};
const blockChannels = [64, 128, 256, 512, 512];

/** The layer that a convolution computes together with its ReLU: `relu3_1` for `conv3_1`. */
export function layerOfConvolution(name: string): string {
  return name.replace('conv', 'relu');
}

/** The convolutions of a VGG network in order (Simonyan and Zisserman 2014, table 1, columns D and E). */
export function vggConvolutions(architecture: VggArchitecture): readonly VggConvolution[] {
  const convolutions: VggConvolution[] = [];
  let inputChannels = 3;
  convolutionsPerBlock[architecture].forEach((count, index) => {
    const outputChannels = blockChannels[index] ?? 0;
    for (let position = 1; position <= count; position++) {
      const name = `conv${index + 1}_${position}`;
      convolutions.push({ name, block: index + 1, inputChannels, outputChannels, pooled: position === count });
      inputChannels = outputChannels;
    }
  });
  return convolutions;
}

/**
 * The convolutions needed to compute a layer, the layer's own included, which then is not pooled.
 * @param layer `reluB_I`, such as `relu4_1`
 * @throws if the architecture has no such layer
 */
export function vggConvolutionsTo(architecture: VggArchitecture, layer: string): readonly VggConvolution[] {
  const convolutions = vggConvolutions(architecture);
  const last = convolutions.findIndex(({ name }) => layerOfConvolution(name) === layer);
  if (last < 0) {
    const layers = convolutions.map(({ name }) => layerOfConvolution(name)).join(', ');
    throw new Error(`Expected a layer of ${architecture} (${layers}) but received ${layer}`);
  }
  return convolutions.slice(0, last + 1).map((each, index) => (index === last ? { ...each, pooled: false } : each));
}
