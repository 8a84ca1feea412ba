import type { Node, Value } from '../../graph-builder/ir/value.ts';
import { add, matMul } from '../../graph-builder/operators/index.ts';
import { transposedMatrices, transposeMatrices } from '../../graph-builder/operators/transpose-matrices.ts';
import type { LoweringRule } from '../rule.ts';

/** Computes the gradient of a Gram matrix A Aᵀ, dY (Aᵀ)ᵀ + (Aᵀ dY)ᵀ, with one product in place of two: (dY + dYᵀ) A. */
export const gramGradients: LoweringRule = {
  name: 'gram-gradients',
  stage: 'arithmetic',
  targets: ['cpu', 'wasm', 'cuda', 'webgpu', 'file'],
  after: [],
  rewriter: () => (node) => (node.operator === 'Add' ? replacement(node) : undefined),
};

function replacement({ inputs: [first, second] }: Node<'Add'>): Value | undefined {
  const left = first ? factorsOf(first) : undefined;
  const product = second ? transposedMatrices(second) : undefined;
  const right = product ? factorsOf(product) : undefined;
  if (!left || !right) return undefined;
  const [dY, a] = [left.a, transposedMatrices(left.b)];
  // (Aᵀ)ᵀ is written as it arises.
  const matrix = a ? transposedMatrices(a) : undefined;
  if (!matrix || right.b !== dY || transposedMatrices(right.a) !== matrix) return undefined;
  return matMul(add(dY, transposeMatrices(dY)), matrix);
}

function factorsOf(value: Value): { readonly a: Value; readonly b: Value } | undefined {
  if (value.kind !== 'result' || value.node.operator !== 'MatMul') return undefined;
  const [a, b] = value.node.inputs;
  return a && b ? { a, b } : undefined;
}
