import onnxProto from 'onnx-proto';
import { describe, expect, it } from 'vitest';
import { floatTensor } from '../../../src/graph-builder/ir/tensor.ts';
import { constant, type Graph, input } from '../../../src/graph-builder/ir/value.ts';
import { inferenceGraph } from '../../../src/graph-builder/networks/inference-network.ts';
import type { TransformNetworkOptions } from '../../../src/graph-builder/networks/transform-network.ts';
import { writeOnnx } from '../../../src/graph-builder/onnx/onnx-file.ts';
import { readGraph } from '../../../src/graph-builder/onnx/read-graph.ts';
import { add, where } from '../../../src/graph-builder/operators/index.ts';
import { halfPrecisionWeights } from '../../../src/lowering/precision/half-precision-weights.ts';
import { loopGraph } from '../../helpers/loops.ts';
import { randomParameters, tinyNetwork } from '../../helpers/tiny-network.ts';
import { caseGraph } from '../operators/operator-case.ts';
import { listedOperatorCases } from '../operators/operator-cases.ts';

const { ModelProto } = onnxProto.onnx;

const inference = (options: TransformNetworkOptions = tinyNetwork) =>
  inferenceGraph(options, randomParameters(options, 1));

/** A graph with constants of every element type. */
function typesGraph(): Graph {
  const x = input('x', 'float32', [2]);
  const bits = constant({ type: 'bool', shape: [2], data: Uint8Array.of(0, 1) }, 'choice');
  const chosen = where(bits, x, constant(floatTensor([1], Float32Array.of(-0.5))));
  return { name: 'types', inputs: [x], outputs: [{ name: 'y', value: add(chosen, 1) }] };
}

/** The bytes of a model after a change that impasto would not make. */
function changed(graph: Graph, change: (model: onnxProto.onnx.ModelProto) => void): Uint8Array {
  const model = ModelProto.decode(writeOnnx(graph));
  change(model);
  return ModelProto.encode(model).finish();
}

describe('readGraph', () => {
  it.each<[string, () => Graph]>([
    ['the network', inference],
    ['the network with transposed convolutions', () => inference({ ...tinyNetwork, upsampling: 'deconv' })],
    ['the network with zero padding', () => inference({ ...tinyNetwork, padding: 'zero', output: 'linear' })],
    ['the network in half precision', () => halfPrecisionWeights(inference({ ...tinyNetwork, channels: 4 }))],
    ['constants of several types', typesGraph],
  ])('gives the same bytes when it is written again: %s', (_, build) => {
    const bytes = writeOnnx(build());
    expect(Buffer.from(writeOnnx(readGraph(bytes))).equals(bytes)).toBe(true);
  });

  const cases = listedOperatorCases.filter(({ operator }) => operator !== 'Loop');
  it.each(cases.map((each) => [`${each.operator}: ${each.name}`, each] as const))('reads %s', (_, each) => {
    const bytes = writeOnnx(caseGraph(each).graph);
    expect(Buffer.from(writeOnnx(readGraph(bytes))).equals(bytes)).toBe(true);
  });

  it.each<[string, () => Uint8Array, RegExp]>([
    ['no model', () => new TextEncoder().encode('no model at all'), /not one|without a graph/],
    [
      'what another program wrote',
      () => changed(inference(), (model) => void Object.assign(model, { producerName: 'pytorch' })),
      /expected it as written here but it comes from pytorch/,
    ],
    ['a loop', () => writeOnnx(loopGraph()), /Loop|attribute body/],
    [
      'another opset',
      () =>
        changed(inference(), ({ opsetImport }) => {
          opsetImport[0] = { domain: '', version: 17 };
        }),
      /expected the operators of ONNX 18 but it has ONNX 17/,
    ],
    [
      'an unknown operator',
      () =>
        changed(inference(), ({ graph }) => {
          Object.assign(graph?.node?.[0] ?? {}, { opType: 'Gelu' });
        }),
      /operators that impasto uses but it has Gelu/,
    ],
    [
      'a default that is left out',
      () =>
        changed(inference(), ({ graph }) => {
          const convolution = graph?.node?.find(({ opType }) => opType === 'Conv');
          convolution?.attribute?.pop();
        }),
      /expected other attributes of Conv/,
    ],
    [
      'an array cut short',
      () =>
        changed(inference(), ({ graph }) => {
          const [first] = graph?.initializer ?? [];
          if (first) first.rawData = first.rawData?.subarray(4) ?? null;
        }),
      /bytes of data in/,
    ],
    [
      'an input that nothing gives',
      () =>
        changed(inference(), ({ graph }) => {
          graph?.initializer?.pop();
        }),
      /expected something named .* before it is read/,
    ],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => readGraph(bytes())).toThrow(message);
    expect(() => readGraph(bytes())).toThrow(/^Expected a model\.onnx that impasto wrote: /);
  });
});
