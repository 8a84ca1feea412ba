import { elementCount, floatTensor } from '../../../src/graph-builder/ir/tensor.ts';
import type { Graph } from '../../../src/graph-builder/ir/value.ts';
import { inferenceGraph } from '../../../src/graph-builder/networks/inference-network.ts';
import { freezeLossNetwork } from '../../../src/graph-builder/networks/vgg.ts';
import { vggConvolutionsTo } from '../../../src/graph-builder/networks/vgg-architecture.ts';
import { recipes } from '../../../src/graph-builder/objective/recipes.ts';
import { optimizerGraph } from '../../../src/graph-builder/programs/optimizer-graph.ts';
import { lower } from '../../../src/lowering/lower.ts';
import { lowerForInference } from '../../../src/lowering/lower-for-inference.ts';
import { halfPrecisionWeights } from '../../../src/lowering/precision/half-precision-weights.ts';
import { loweredTrainingGraph } from '../../../src/lowering/programs.ts';
import { gradientGraph } from '../../helpers/gradient-graph.ts';
import { type NumberTensors, tensorFrom } from '../../helpers/number-tensor.ts';
import { randomTensor } from '../../helpers/random.ts';
import { randomParameters, randomPictures, tinyNetwork, tinyTrainingGraph } from '../../helpers/tiny-network.ts';
import { listedGradientCases } from '../autodiff/gradient-cases.ts';
import { caseGraph } from '../operators/operator-case.ts';
import { listedOperatorCases } from '../operators/operator-cases.ts';

/** A graph that every provider has to run as the CPU does. */
export interface ProviderCase {
  readonly name: string;
  /** `all`: wherever it runs; `wasm`: not on WebGPU, for the reason given in the table below or because others suffice. */
  readonly on: 'all' | 'wasm';
  /** Whether ONNX Runtime keeps some nodes on the CPU by design: those that compute sizes in int64, and loops on WebGPU. */
  readonly computesSizes: boolean;
  /** The graph and what to feed it; without inputs, only whether a session can be made is tried. */
  readonly make: () => { readonly graph: Graph; readonly feeds?: NumberTensors };
}

/** What ONNX Runtime 1.30 cannot do on WebGPU, and what impasto's graphs therefore keep away from. */
const webgpuDefects: readonly (readonly [RegExp, reason: string])[] = [
  [/float16/, 'SwiftShader has no half precision'],
  [/^Slice: backwards(?!, all)/, 'microsoft/onnxruntime #24744'],
  [/^QuantizeLinear/, 'the provider has no kernel for it: int8 exports are for the CPU'],
];

/** Compiling a shader takes SwiftShader a tenth of a second or more: these cases cover every operator and rule. */
const webgpuChoice: readonly RegExp[] = [
  /^Conv: (3×3, padded|stride 2, odd|strides 3)/,
  /^Conv gradient: (many channels, stride 2, odd|few inputs, 3×3|few outputs, 3×3|a frozen weight$)/,
  /^ConvTranspose: stride 2, output padding$/,
  /^ConvTranspose gradient: stride 2, output padding$/,
  /^MaxPool( gradient)?: 2×2, odd$/,
  /^Pad: (reflect, all sides|edge, all sides|constant, one side)/,
  /^Pad gradient: (constant, all|reflect, four|reflect, different)/,
  /^Slice: (steps$|backwards, all|negative positions)/,
  /^MatMul( gradient)?: (two broadcast|\[2,1,3,4\])/,
  /^(Add|Div|Max|Where)( gradient)?: (all three broadcast|\[3,1\])/,
  /^Cast: (float32 to bool|bool to float32)/,
];

const chosenForWebGpu = (name: string, isFirst: boolean) =>
  (isFirst || webgpuChoice.some((pattern) => pattern.test(name))) &&
  !webgpuDefects.some(([pattern]) => pattern.test(name));

function operatorProviderCases(): readonly ProviderCase[] {
  const listed = [
    ...listedOperatorCases.map((each) => ({
      group: each.operator,
      name: `${each.operator}: ${each.name}`,
      computesSizes: each.inputs.some(({ type }) => type === 'int64') || ['Shape', 'Loop'].includes(each.operator),
      make: () => caseGraph(each),
    })),
    ...listedGradientCases.map((each) => ({
      group: `${each.operator} gradient`,
      name: `${each.operator} gradient: ${each.name}`,
      computesSizes: false,
      make: () => gradientGraph(each),
    })),
  ];
  return listed.map(({ group, name, computesSizes, make }, index) => {
    const isFirst = listed[index - 1]?.group !== group;
    return { name, on: chosenForWebGpu(name, isFirst) ? 'all' : 'wasm', computesSizes, make };
  });
}

/** Adam on two small arrays, at its third step. */
function optimizerCase() {
  const graph = optimizerGraph([
    { name: 'a', shape: [3, 4] },
    { name: 'b', shape: [5] },
  ]);
  const feeds = graph.inputs.map(({ name, shape }, index) => {
    const sizes = shape.map(Number);
    if (name === 'step') return [name, tensorFrom(sizes, () => 3)] as const;
    if (name === 'learning_rate') return [name, tensorFrom(sizes, () => Math.fround(0.01))] as const;
    return [name, randomTensor(sizes, index, name.endsWith('.v') ? 0.1 : -1, 1)] as const;
  });
  return { graph, feeds: Object.fromEntries(feeds) };
}

function inferenceCase(channels = tinyNetwork.channels) {
  const network = { ...tinyNetwork, channels };
  return {
    graph: inferenceGraph(network, randomParameters(network, 3)),
    feeds: { image: randomPictures(1, 13, 11) },
  };
}

/** A training graph as `build-graphs` makes it, with VGG's layers down to the second pooling. */
function vggTrainingGraph(): Graph {
  const layers = vggConvolutionsTo('vgg19', 'relu3_1');
  const tensors = layers.flatMap(({ name, inputChannels, outputChannels }) => {
    const zeros = (shape: readonly number[]) => floatTensor(shape, new Float32Array(elementCount(shape)));
    return [
      [`${name}.weight`, zeros([outputChannels, inputChannels, 3, 3])],
      [`${name}.bias`, zeros([outputChannels])],
    ] as const;
  });
  const weights = { architecture: 'vgg19', mean: [124, 117, 104], std: [1, 1, 1], tensors: new Map(tensors) } as const;
  const recipe = { ...recipes.balanced, contentLayer: 'relu3_1', styleLayers: ['relu1_1', 'relu2_1', 'relu3_1'] };
  const objective = { lossNetwork: freezeLossNetwork(weights), recipe };
  return loweredTrainingGraph({ network: tinyNetwork, objective, batch: 1, size: 64 }, 'cuda');
}

/** Every operator, every gradient rule, and each kind of graph that impasto writes, in small. */
export const providerCases: readonly ProviderCase[] = [
  ...operatorProviderCases(),
  {
    name: 'training, resize and reflection',
    on: 'all',
    computesSizes: false,
    make: () => tinyTrainingGraph(tinyNetwork),
  },
  {
    name: 'training, deconv and zeros',
    on: 'wasm',
    computesSizes: false,
    make: () => tinyTrainingGraph({ ...tinyNetwork, upsampling: 'deconv', padding: 'zero' }, recipes.paper),
  },
  { name: 'training with VGG', on: 'all', computesSizes: false, make: () => ({ graph: vggTrainingGraph() }) },
  { name: 'optimizer', on: 'all', computesSizes: false, make: optimizerCase },
  { name: 'inference', on: 'all', computesSizes: true, make: inferenceCase },
  {
    name: 'inference, weights in half precision',
    on: 'all',
    computesSizes: true,
    make: () => {
      const { graph, feeds } = inferenceCase();
      return { graph: halfPrecisionWeights(graph), feeds };
    },
  },
  {
    name: 'inference, as it is written to a file',
    on: 'all',
    computesSizes: true,
    make: () => {
      const { graph, feeds } = inferenceCase(16);
      return { graph: lower(lowerForInference(graph), 'file', ['layout']), feeds };
    },
  },
];
