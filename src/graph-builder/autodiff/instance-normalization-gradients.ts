import { staticShape } from '../ir/dimension.ts';
import { add, div, mul, reduceMean, reduceSum, reduceSumSquare, reshape, sqrt, sub } from '../operators/index.ts';
import { required } from '../operators/inference.ts';
import type { GradientCall, InputGradients } from './gradient-call.ts';

/**
 * The gradients of instance normalisation y = scale · x̂ + bias, x̂ = (x − mean) · d, d = 1 / √(variance + ε):
 * dx = scale · d · (dy − mean(dy) − x̂ · mean(dy · x̂)), dscale = Σ dy · x̂, dbias = Σ dy, means over height and width
 * (instance normalisation: Ulyanov et al. 2016; the derivation is batch normalisation's, Ioffe and Szegedy 2015).
 * x̂ is computed again rather than kept from the forward pass, so that the forward pass stays one fused kernel.
 */
export function instanceNormalizationGradients({
  node,
  outputGradient,
}: GradientCall<'InstanceNormalization'>): InputGradients {
  const x = required(node.inputs, 0);
  const scale = required(node.inputs, 1);
  const [channels = 0, height = 0, width = 0] = staticShape(x.shape, 'the gradient of InstanceNormalization').slice(1);
  const pixels = height * width;

  const centred = sub(x, reduceMean(x, [2, 3], 1));
  const variance = mul(reduceSumSquare(centred, [2, 3], 1), 1 / pixels);
  const inverseDeviation = div(1, sqrt(add(variance, node.attributes.epsilon)));
  const normalized = mul(centred, inverseDeviation);
  const gradientSum = reduceSum(outputGradient, [2, 3], 1);
  const projectionSum = reduceSum(mul(outputGradient, normalized), [2, 3], 1);
  const perChannel = (sums: typeof gradientSum) => reduceSum(sums, [0, 2, 3], 0);

  const inputGradient = () => {
    const projection = mul(normalized, mul(projectionSum, 1 / pixels));
    const tangent = sub(sub(outputGradient, mul(gradientSum, 1 / pixels)), projection);
    return mul(tangent, mul(inverseDeviation, reshape(scale, [1, channels, 1, 1])));
  };
  return [inputGradient, () => perChannel(projectionSum), () => perChannel(gradientSum)];
}
