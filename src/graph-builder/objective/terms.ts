import { type Shape, staticShape } from '../ir/dimension.ts';
import type { Value } from '../ir/value.ts';
import {
  add,
  averagePool,
  cast,
  div,
  END,
  matMul,
  max,
  mul,
  neg,
  reduceMean,
  reduceSum,
  reduceSumSquare,
  relu,
  reshape,
  shapeOf,
  slice,
  sqrt,
  sub,
  transpose,
} from '../operators/index.ts';
import type { Recipe } from './recipes.ts';

/** Keeps a relative error finite where its target is all zeros. */
const smallestNorm = 1e-8;

/**
 * The Gram matrix of features: F Fᵀ / (C·H·W), F = [C, H·W] (Johnson et al. 2016, equation 3).
 * @param features [N, C, H, W]
 * @returns [N, C, C]
 */
export function gramMatrix(features: Value): Value {
  const channels = channelsOf(features);
  const flat = reshape(features, [0, channels, -1]);
  const product = mul(matMul(flat, transpose(flat, [0, 2, 1])), 1 / channels);
  return div(product, pixelCount(features));
}

/**
 * The Gram matrix of F − α·mean(F), where the mean of each channel is taken over the pixels. Features after a ReLU are
 * positive, so that the outer product of their means, which is little more than the colours, is most of the plain matrix
 * (α = 0) and hides the motifs; the covariance (α = 1) knows no colours (Novak and Nikulin, "Improving the Neural
 * Algorithm of Artistic Style", 2016).
 * @param features F [N, C, H, W]
 * @param meanDiscount α, 0 to 1
 * @returns [N, C, C]
 */
export function discountedGramMatrix(features: Value, meanDiscount: number): Value {
  if (meanDiscount === 0) return gramMatrix(features);
  const channels = channelsOf(features);
  const mean = reshape(reduceMean(features, [2, 3], 0), [0, channels, 1]);
  // Σ(F − αm)(F − αm)ᵀ = ΣFFᵀ − (2α − α²)·mmᵀ: no second copy of the features.
  const share = (2 * meanDiscount - meanDiscount ** 2) / channels;
  return sub(gramMatrix(features), mul(matMul(mean, transpose(mean, [0, 2, 1])), share));
}

/**
 * The content term: squared error of features, by the recipe's norm, averaged over the batch.
 * @param features of the stylized pictures [N, C, H, W]
 * @param target features of the photographs, same shape
 * @returns a scalar
 */
export function contentTerm({ contentNorm }: Recipe, features: Value, target: Value): Value {
  if (contentNorm === 'relative') return relativeError(features, target);
  if (contentNorm === 'correlation') return sub(1, meanCorrelation(features, target));
  const error = squaredNorm(sub(features, target));
  switch (contentNorm) {
    case 'mean':
      return meanOverBatch(div(mul(error, 1 / channelsOf(features)), pixelCount(features)));
    case 'half-sum':
      return mul(meanOverBatch(error), 0.5);
  }
}

/** The smallest standard deviation that a channel is divided by, as a share of the target's: noise is not a likeness. */
const flatShare = 0.1;

/**
 * The correlation, over the pixels, of each channel with the target's, averaged with the target's variances as weights, and
 * over the batch: 1 where a picture differs by the brightness and contrast of its features alone. A painting of strong lines
 * raises the contrast of features everywhere; their squared error would call that a loss of content, and ask for empty areas.
 * @param features [N, C, H, W]
 * @param target same shape
 * @returns a scalar, −1 to 1
 */
export function meanCorrelation(features: Value, target: Value): Value {
  const centred = (x: Value) => sub(x, reduceMean(x, [2, 3], 1));
  const sumOverPixels = (x: Value) => reduceSum(reduceSum(x, [3], 0), [2], 0);
  const energy = (x: Value) => reduceSum(reduceSumSquare(x, [3], 0), [2], 0);
  const [varied, wanted] = [centred(features), centred(target)];
  const wantedEnergy = energy(wanted);
  const variedEnergy = max(energy(varied), add(mul(wantedEnergy, flatShare ** 2), smallestNorm));
  const shared = div(mul(sumOverPixels(mul(varied, wanted)), sqrt(wantedEnergy)), sqrt(variedEnergy));
  const total = add(reduceSum(wantedEnergy, [1], 0), smallestNorm);
  return meanOverBatch(div(reduceSum(shared, [1], 0), total));
}

/** Side of the cells whose brightness is compared, in pixels: motifs are smaller, and average out. */
const toneCell = 16;

/**
 * The tone term: one less the correlation of brightness in cells of 16 pixels. What is light in the photograph is to be light
 * in the picture and what is dark, dark, in whatever colours.
 * @param stylized [N, 3, H, W], 0..255
 * @param photograph same shape
 * @returns a scalar, 0 to 2
 */
export function toneTerm(stylized: Value, photograph: Value): Value {
  const tones = (image: Value) =>
    averagePool(reduceMean(image, [1], 1), {
      kernel_shape: [toneCell, toneCell],
      strides: [toneCell, toneCell],
      pads: [0, 0, 0, 0],
    });
  return sub(1, meanCorrelation(tones(stylized), tones(photograph)));
}

/**
 * One layer's style term: squared error of Gram matrices, by the recipe's norm, averaged over the batch.
 * @param gram of the stylized pictures [N, C, C]
 * @param target of the painting [1, C, C]
 * @returns a scalar
 */
export function styleTerm({ styleNorm }: Recipe, gram: Value, target: Value): Value {
  if (styleNorm === 'relative') return relativeError(gram, target);
  return mul(meanOverBatch(squaredNorm(sub(gram, target))), 1 / channelsOf(gram) ** 2);
}

/**
 * ‖x − target‖² / ‖target‖², averaged over the batch.
 * @param x at least two axes, the first of them the batch
 * @param target same shape, or one sample for all
 * @returns a scalar
 */
export function relativeError(x: Value, target: Value): Value {
  return meanOverBatch(div(squaredNorm(sub(x, target)), add(squaredNorm(target), smallestNorm)));
}

/**
 * Total variation: squared differences of vertical and horizontal neighbours, averaged over the batch; over all pixels on
 * a 0..1 scale or summed on the 0..255 scale.
 * @param image [N, 3, H, W], 0..255
 * @returns a scalar
 */
export function totalVariationTerm({ totalVariationNorm }: Recipe, image: Value): Value {
  const difference = (axis: number) => {
    const later = slice(image, { axes: [axis], starts: [1], ends: [END] });
    const earlier = slice(image, { axes: [axis], starts: [0], ends: [-1] });
    return squaredNorm(sub(later, earlier));
  };
  const sum = add(difference(2), difference(3));
  if (totalVariationNorm === 'sum') return meanOverBatch(sum);
  return meanOverBatch(div(mul(sum, 1 / (channelsOf(image) * 255 ** 2)), pixelCount(image)));
}

/**
 * The range term: how far a network's responses are beyond what can be seen, squared, averaged over all pixels. Nothing
 * visible depends on it.
 * @param response of a transform network [N, 3, H, W]
 * @param visible the largest response that can be seen
 * @returns a scalar
 */
export function rangeTerm(response: Value, visible: number): Value {
  const excess = relu(sub(max(response, neg(response)), visible));
  const perSample = div(mul(squaredNorm(excess), 1 / channelsOf(response)), pixelCount(response));
  return meanOverBatch(perSample);
}

/**
 * The stability term: how many times the energy of slight noise in a photograph grows in its stylized picture,
 * ‖f(x + n) − f(x)‖² / ‖n‖², averaged over the batch. A network for which it is small flickers less from one frame of a
 * video to the next (Rainy, "Stabilizing neural style-transfer for video", 2018).
 * @param stylized of the photographs [N, 3, H, W]
 * @param disturbed of the photographs with the noise added, same shape
 * @param noise same shape
 * @returns a scalar
 */
export function stabilityTerm(stylized: Value, disturbed: Value, noise: Value): Value {
  return meanOverBatch(div(squaredNorm(sub(disturbed, stylized)), add(squaredNorm(noise), smallestNorm)));
}

/**
 * ‖x‖² of each sample: [N]. Summed along the last axis first: ONNX Runtime adds up in float32 one by one, which over a
 * quarter of a million entries loses the fourth digit.
 */
function squaredNorm(x: Value): Value {
  const axes = x.shape.map((_, axis) => axis);
  return reduceSum(reduceSumSquare(x, axes.slice(-1), 0), axes.slice(1, -1), 0);
}

const meanOverBatch = (perSample: Value): Value => reduceMean(perSample, [0], 0);

function channelsOf(x: Value): number {
  const [channels = 0] = staticShape(x.shape.slice(1, 2), 'the number of channels');
  return channels;
}

/** H·W of [N, C, H, W]: a number where it is known, otherwise [1], computed when the model runs. */
function pixelCount(x: Value): Value | number {
  const spatial: Shape = x.shape.slice(2);
  const [height, width] = spatial;
  if (typeof height === 'number' && typeof width === 'number') return height * width;
  const sizes = cast(slice(shapeOf(x), { axes: [0], starts: [2], ends: [4] }), 'float32');
  const sizeOf = (axis: number) => slice(sizes, { axes: [0], starts: [axis], ends: [axis + 1] });
  return mul(sizeOf(0), sizeOf(1));
}
