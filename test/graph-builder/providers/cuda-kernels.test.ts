import { describe, expect, it } from 'vitest';
import type { DataType } from '../../../src/graph-builder/ir/tensor.ts';
import { type Graph, input, type Value } from '../../../src/graph-builder/ir/value.ts';
import { inferenceGraph } from '../../../src/graph-builder/networks/inference-network.ts';
import {
  type TransformNetworkOptions,
  transformNetworkParameters,
} from '../../../src/graph-builder/networks/transform-network.ts';
import { type RecipeName, recipeNames } from '../../../src/graph-builder/objective/recipes.ts';
import { convTranspose, identity, pad, relu } from '../../../src/graph-builder/operators/index.ts';
import { optimizerGraph } from '../../../src/graph-builder/programs/optimizer-graph.ts';
import { evaluationGraph, judgeGraph, lossNetworkGraph } from '../../../src/graph-builder/programs/training-graphs.ts';
import { loweredTrainingBlock, loweredTrainingGraph } from '../../../src/lowering/programs.ts';
import { allNodes, cudaKernels, serves, withoutCudaKernel } from '../../helpers/cuda-kernels.ts';
import { randomParameters } from '../../helpers/tiny-network.ts';
import { tinyObjective } from '../../helpers/tiny-objective.ts';
import { operatorCases } from '../operators/operator-cases.ts';

/** Enough channels that the gradients take the ways of a real network, and few enough to be built soon. */
const network: TransformNetworkOptions = { channels: 8, upsampling: 'resize', padding: 'reflect', output: 'tanh' };
const networks: readonly TransformNetworkOptions[] = [
  network,
  { channels: 8, upsampling: 'deconv', padding: 'zero', output: 'linear' },
];

/** Every graph that impasto makes with a recipe, by name. */
function graphsOf(recipe: RecipeName): readonly (readonly [string, Graph])[] {
  const objective = tinyObjective(recipe);
  return [
    ...networks.flatMap((each) => {
      const options = { network: each, objective, batch: 2, size: 192 };
      return [
        [`training, ${each.upsampling}`, loweredTrainingGraph(options, 'cuda')],
        [`training block, ${each.upsampling}`, loweredTrainingBlock({ ...options, microBatch: 2 }, 'cuda')],
        [`evaluation, ${each.upsampling}`, evaluationGraph(options)],
        [`optimizer, ${each.upsampling}`, optimizerGraph(transformNetworkParameters(each))],
        [`inference, ${each.upsampling}`, inferenceGraph(each, randomParameters(each, 1))],
      ] as const;
    }),
    [
      'training block in parts',
      loweredTrainingBlock({ network, objective, batch: 2, microBatch: 1, size: 192 }, 'cuda'),
    ],
    ['judge', judgeGraph(objective)],
    ['loss network', lossNetworkGraph(objective)],
  ];
}

/**
 * What computes int64 vectors, and why that is on the CPU by design: ONNX Runtime puts the arithmetic of sizes and
 * positions there itself, since kernels read shapes, pads and slice positions in the CPU's memory. None of it is large.
 */
const sizeArithmetic: Readonly<Record<string, string>> = {
  Shape: "the photograph's height and width in model.onnx; the number of learning rates in a training block",
  Slice: 'height and width, without batch and channels',
  Max: 'the smallest size that the network takes',
  Sub: 'what a photograph lacks of it',
  Concat: 'the pads for that',
  Reshape: "a loop's iteration as a position",
  Add: 'the position after it',
};

describe("ONNX Runtime's CUDA kernels", () => {
  it.each(recipeNames)('serve every operator, type and version of the graphs of the recipe %s', (recipe) => {
    const graphs = graphsOf(recipe);
    const missing = graphs.map(([name, graph]) => [name, withoutCudaKernel(graph)] as const);
    expect(missing.filter(([, found]) => found.length > 0)).toEqual([]);

    const integers = graphs.flatMap(([, graph]) =>
      allNodes(graph).filter(({ results }) => results.some(({ type }) => type === 'int64')),
    );
    expect(new Set(integers.map(({ node }) => node.operator))).toEqual(new Set(Object.keys(sizeArithmetic)));
  });

  it('are listed for every operator of the closed set', () => {
    expect(Object.keys(cudaKernels).toSorted()).toEqual(Object.keys(operatorCases).toSorted());
  });

  it('see into loops', () => {
    const graph = loweredTrainingBlock(
      {
        network,
        objective: tinyObjective(),
        batch: 2,
        microBatch: 1,
        size: 64,
      },
      'cuda',
    );
    const { Conv, ...withoutConv } = cudaKernels;
    expect(Conv).toBeDefined();
    expect(withoutCudaKernel(graph, withoutConv)).toContain('Conv(float32, float32, float32): no kernel is listed');
  });
});

describe('a graph that would fall back to the CPU is found:', () => {
  const x = (shape: readonly number[], type: DataType = 'float32') => input('x', type, shape);
  const graphOf = (value: Value): Graph => ({ name: 'g', inputs: [], outputs: [{ name: 'y', value }] });

  it('an operator that is not in the table', () => {
    const { Relu, ...withoutRelu } = cudaKernels;
    expect(Relu).toBeDefined();
    expect(withoutCudaKernel(graphOf(relu(x([2]))), withoutRelu)).toEqual(['Relu(float32): no kernel is listed']);
    expect(withoutCudaKernel(graphOf(relu(x([2]))))).toEqual([]);
  });

  it('a type that no kernel takes', () => {
    const padded = (type: DataType) => graphOf(pad(x([2], type), [1, 1], 'constant'));
    expect(withoutCudaKernel(padded('int64'))).toEqual(['Pad(int64, int64): no kernel for these types']);
    expect(withoutCudaKernel(padded('bool'))).toEqual([]);
  });

  it('a version that no kernel serves', () => {
    const pads = cudaKernels.Pad ?? expect.fail();
    const atOpset24 = { ...cudaKernels, Pad: { ...pads, since: 24 } };
    expect(withoutCudaKernel(graphOf(pad(x([2]), [1, 1], 'constant')), atOpset24)).toEqual([
      'Pad(float32, int64): no kernel serves version 24',
    ]);
  });

  it('a transposed convolution with asymmetric pads', () => {
    const transposed = (pads: readonly number[]) => {
      const window = { kernel_shape: [3, 3], strides: [2, 2], pads, output_padding: [0, 0] };
      return graphOf(identity(convTranspose(x([1, 1, 4, 4]), input('w', 'float32', [1, 1, 3, 3]), window)));
    };
    expect(withoutCudaKernel(transposed([0, 1, 1, 1]))).toEqual([
      'ConvTranspose(float32, float32): the provider leaves asymmetric pads to the CPU',
    ]);
    expect(withoutCudaKernel(transposed([1, 0, 1, 0]))).toEqual([]);
  });

  it.each([
    ['18+', 18, true],
    ['18+', 19, false],
    ['13-18', 16, true],
    ['13-18', 19, false],
    ['13', 13, true],
    ['13', 14, false],
  ])('the range %s and version %i: %s', (range, version, expected) => {
    expect(serves(range, version)).toBe(expected);
  });
});
