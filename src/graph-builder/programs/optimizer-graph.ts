import { inScope } from '../ir/scope.ts';
import { type Graph, type GraphOutput, input, type Value } from '../ir/value.ts';
import type { ParameterShape } from '../networks/parameters.ts';
import { add, div, exp, max, mul, reduceSumSquare, sqrt, sub } from '../operators/index.ts';

/** Adam's constants (Kingma and Ba 2015, algorithm 1: its own defaults). */
export const adam = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 } as const;

/**
 * optimizer_model: one Adam step for every parameter P. Inputs P, P.grad, P.m, P.v, then `step` (float32 scalar, 1 at the
 * first step) and `learning_rate`; outputs P.new, P.m.new, P.v.new. With `clipping` one more input, the float32 scalar
 * `gradient_limit`: gradients whose global norm is above it are scaled down to it, all by one factor (Pascanu et al. 2013).
 */
export function optimizerGraph(
  parameters: readonly ParameterShape[],
  { clipping = false }: { readonly clipping?: boolean } = {},
): Graph {
  const step = input('step', 'float32', []);
  const learningRate = input('learning_rate', 'float32', []);
  const scalars = adamScalars(step, learningRate);
  const states = parameters.map(({ name, shape }) => {
    const state = (suffix: string) => input(`${name}${suffix}`, 'float32', shape);
    return { name, inputs: [state(''), state('.grad'), state('.m'), state('.v')] as const };
  });
  const gradients = states.map(({ inputs: [, gradient] }) => gradient);
  const limit = input('gradient_limit', 'float32', []);
  const factor = clipping ? inScope('clipping', () => clippingFactor(gradients, limit)) : undefined;
  return {
    name: 'optimizer',
    inputs: [...states.flatMap(({ inputs }) => inputs), step, learningRate, ...(clipping ? [limit] : [])],
    outputs: states.flatMap(({ name, inputs: [parameter, gradient, first, second] }) =>
      inScope(name, () => {
        const clipped = factor ? mul(gradient, factor) : gradient;
        return adamUpdate(name, [parameter, clipped, first, second], scalars);
      }),
    ),
  };
}

/** limit / max(‖g‖, limit), the norm over all gradients together: exactly 1 where they are within the limit. */
function clippingFactor(gradients: readonly Value[], limit: Value): Value {
  const squares = gradients.map((gradient) => reduceSumSquare(gradient, [...gradient.shape.keys()], 0));
  return div(limit, max(sqrt(squares.reduce((sum, square) => add(sum, square))), limit));
}

/** What one step's updates of all parameters have in common: α' and ε' of `adamUpdate`. */
export interface AdamScalars {
  readonly stepSize: Value;
  readonly epsilon: Value;
}

/** @param step a float32 scalar, 1 at the first step */
export function adamScalars(step: Value, learningRate: Value): AdamScalars {
  const secondCorrection = sqrt(biasCorrection(step, adam.beta2));
  return {
    stepSize: mul(learningRate, div(secondCorrection, biasCorrection(step, adam.beta1))),
    epsilon: mul(secondCorrection, adam.epsilon),
  };
}

/** 1 − βᵗ, as 1 − exp(t · ln β). */
function biasCorrection(step: Value, beta: number): Value {
  return sub(1, exp(mul(step, Math.log(beta))));
}

/**
 * p − α · (m / (1 − β₁ᵗ)) / (√(v / (1 − β₂ᵗ)) + ε), written with the corrections moved into the scalars:
 * α' = α √(1 − β₂ᵗ) / (1 − β₁ᵗ) and ε' = ε √(1 − β₂ᵗ).
 * @returns P.new, P.m.new and P.v.new of the parameter named P
 */
export function adamUpdate(
  name: string,
  [parameter, gradient, first, second]: readonly [Value, Value, Value, Value],
  { stepSize, epsilon }: AdamScalars,
): readonly [GraphOutput, GraphOutput, GraphOutput] {
  const newFirst = add(mul(first, adam.beta1), mul(gradient, 1 - adam.beta1));
  const newSecond = add(mul(second, adam.beta2), mul(mul(gradient, gradient), 1 - adam.beta2));
  const change = div(mul(newFirst, stepSize), add(sqrt(newSecond), epsilon));
  return [
    { name: `${name}.new`, value: sub(parameter, change) },
    { name: `${name}.m.new`, value: newFirst },
    { name: `${name}.v.new`, value: newSecond },
  ];
}
