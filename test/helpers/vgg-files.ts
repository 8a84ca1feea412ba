import { elementCount, type FloatTensor, floatTensor } from '../../src/graph-builder/ir/tensor.ts';
import {
  type LossNetworkWeights,
  type VggArchitecture,
  vggConvolutionsTo,
} from '../../src/graph-builder/networks/vgg-architecture.ts';

/** A tensor whose values differ from place to place, so that a transposed or shifted copy is noticed. */
export function patternTensor(shape: readonly number[], seed: number): FloatTensor {
  const data = new Float32Array(elementCount(shape));
  for (let index = 0; index < data.length; index++) data[index] = ((index * 37 + seed * 101) % 1009) / 1009 - 0.5;
  return floatTensor(shape, data);
}

/** Made-up weights of a VGG network up to a layer, with torchvision's preprocessing. */
export function patternWeights(architecture: VggArchitecture, layer: string): LossNetworkWeights {
  const tensors = new Map<string, FloatTensor>();
  vggConvolutionsTo(architecture, layer).forEach(({ name, inputChannels, outputChannels }, index) => {
    tensors.set(`${name}.weight`, patternTensor([outputChannels, inputChannels, 3, 3], index));
    tensors.set(`${name}.bias`, patternTensor([outputChannels], index + 50));
  });
  const mean = [0.485 * 255, 0.456 * 255, 0.406 * 255] as const;
  const std = [0.229 * 255, 0.224 * 255, 0.225 * 255] as const;
  return { architecture, mean, std, tensors };
}

/** As `patternWeights`, scaled so that features neither vanish nor explode. */
export function tinyVggWeights(architecture: VggArchitecture, layer: string): LossNetworkWeights {
  const weights = patternWeights(architecture, layer);
  const scaled = [...weights.tensors].map(([name, { shape, data }]) => {
    const scale = 4 / Math.sqrt(elementCount(shape.slice(1)));
    return [
      name,
      floatTensor(
        shape,
        data.map((value) => scale * value),
      ),
    ] as const;
  });
  return { ...weights, tensors: new Map(scaled) };
}

/** Positions of the convolutions in torchvision's `features` list (`torchvision.models.vgg19().features`). */
export const torchvisionPositions: Record<VggArchitecture, readonly number[]> = {
  vgg16: [0, 2, 5, 7, 10, 12, 14, 17, 19, 21, 24, 26, 28],
  vgg19: [0, 2, 5, 7, 10, 12, 14, 16, 19, 21, 23, 25, 28, 30, 32, 34],
};

/** The same tensors under other names: `rename` is given the convolution's index in the network and weight or bias. */
export function renamed(
  { tensors }: LossNetworkWeights,
  rename: (index: number, kind: 'weight' | 'bias') => string,
): Map<string, FloatTensor> {
  const result = new Map<string, FloatTensor>();
  let position = 0;
  for (const [name, tensor] of tensors) {
    result.set(rename(Math.floor(position / 2), name.endsWith('.weight') ? 'weight' : 'bias'), tensor);
    position += 1;
  }
  return result;
}

/** The tensors under torchvision's names, in torchvision's order. */
export function torchvisionTensors(weights: LossNetworkWeights): Map<string, FloatTensor> {
  const positions = torchvisionPositions[weights.architecture];
  return renamed(weights, (index, kind) => `features.${positions[index]}.${kind}`);
}
