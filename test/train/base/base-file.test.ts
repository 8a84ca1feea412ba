import { describe, expect, it } from 'vitest';
import { inferenceGraph } from '../../../src/graph-builder/networks/inference-network.ts';
import { styleLength } from '../../../src/graph-builder/networks/style-prediction.ts';
import { trainedShapes } from '../../../src/graph-builder/networks/trained-part.ts';
import { evaluationGraph } from '../../../src/graph-builder/programs/training-graphs.ts';
import { readBase, writeBase } from '../../../src/style-file/base/base-file.ts';
import { descriptorScaleOf, standardizedDescriptor } from '../../../src/style-file/base/descriptor-scale.ts';
import { networkInStyle, predictStyle } from '../../../src/style-file/base/predict-style.ts';
import { initialState, parameterValues } from '../../../src/train/training-state.ts';
import { expectAllClose } from '../../helpers/closeness.ts';
import { numberTensor, tensorNamed, toNumbers } from '../../helpers/number-tensor.ts';
import { randomTensor } from '../../helpers/random.ts';
import { runGraph } from '../../helpers/run-graph.ts';
import { tinyNetwork } from '../../helpers/tiny-network.ts';
import { tinyObjective } from '../../helpers/tiny-objective.ts';

const part = { kind: 'base', prediction: { descriptor: 5, bottleneck: 4 } } as const;
const descriptors = [1, 2, 3].map((seed) => Float32Array.from(randomTensor([5], seed, 0, 9).data));
const descriptorScale = descriptorScaleOf(descriptors);
const description = {
  network: tinyNetwork,
  bottleneck: 4,
  recipe: 'motifs',
  lossNetwork: 'vgg19-lite',
  pyramidLevels: 2,
  step: 12,
} as const;
// Ten times the start's weights: a prediction that says something.
const parameters = new Map(
  [...parameterValues(initialState(trainedShapes(tinyNetwork, part), 1))].map(
    ([name, tensor]) => [name, { ...tensor, data: tensor.data.map((value) => 10 * value) }] as const,
  ),
);
const base = { network: tinyNetwork, descriptorScale, parameters, description };

describe('a base', () => {
  it('predicts what its training graph computes', async () => {
    const [descriptor = new Float32Array()] = descriptors;
    const content = randomTensor([1, 3, 64, 64], 9, 0, 255);
    const graph = evaluationGraph({
      ...{ network: tinyNetwork, objective: tinyObjective(), batch: 1, size: 64, part },
    });
    const zeros = graph.inputs
      .filter(({ name }) => name.startsWith('style.') || name.startsWith('weight.'))
      .map(({ name, shape }) => {
        const count = shape.reduce<number>((product, size) => product * Number(size), 1);
        return [name, numberTensor(shape.map(Number), new Array<number>(count).fill(0), 'float32')] as const;
      });
    const expected = await runGraph(graph, {
      ...Object.fromEntries([...parameters].map(([name, tensor]) => [name, toNumbers(tensor)])),
      ...Object.fromEntries(zeros),
      descriptor: toNumbers(standardizedDescriptor(descriptor, descriptorScale)),
      content,
    });
    const style = predictStyle(base, descriptor);
    const plain = inferenceGraph(tinyNetwork, networkInStyle(base, style));
    const received = await runGraph(plain, { image: content });
    const clipped = tensorNamed(expected, 'stylized').data.map((value) => Math.max(0, Math.min(255, value)));
    // The large weights enlarge float32's rounding as well: 1e-4 was seen.
    expectAllClose(received, { stylized: numberTensor([1, 3, 64, 64], Array.from(clipped), 'float32') }, 1e-3);
    expect(style.length).toBe(styleLength(tinyNetwork));
    // Other paintings have other styles.
    expect(predictStyle(base, descriptors[1] ?? new Float32Array())).not.toEqual(style);
  });

  it('is the same in its file, but for half precision', () => {
    const read = readBase(writeBase(base), 'base.safetensors');
    expect(read.description).toEqual(description);
    expectAllClose(
      Object.fromEntries([...read.parameters].map(([name, tensor]) => [name, toNumbers(tensor)])),
      Object.fromEntries([...parameters].map(([name, tensor]) => [name, toNumbers(tensor)])),
      1e-3,
    );
    expect(read.descriptorScale.mean).toEqual(descriptorScale.mean.map(Math.fround));
  });

  it('refuses a description of another length', () => {
    expect(() => predictStyle(base, new Float32Array(4))).toThrow(/5 numbers/);
  });

  it('refuses files that are cut off, miss a parameter, or are no bases', () => {
    const bytes = writeBase(base);
    expect(() => readBase(bytes.subarray(0, bytes.length - 2), 'cut')).toThrow(/cut/);
    const { 'decoder.conv3.bias': _, ...others } = Object.fromEntries(parameters);
    const incomplete = writeBase({ ...base, parameters: new Map(Object.entries(others)) });
    expect(() => readBase(incomplete, 'incomplete')).toThrow(/decoder\.conv3\.bias/);
    const wider = { ...base, description: { ...description, network: { ...tinyNetwork, channels: 4 } } };
    expect(() => readBase(writeBase(wider), 'wider')).toThrow(/shape/);
    expect(() => readBase(new Uint8Array(40), 'zeros')).toThrow(/zeros/);
  });
});

describe('the scale of descriptors', () => {
  it('makes each number count alike, and none without end', () => {
    const scale = descriptorScaleOf([Float32Array.of(0, 7, 100), Float32Array.of(2, 7, 300)]);
    const [first = 0, constant = 0, third = 0] = standardizedDescriptor(Float32Array.of(0, 7, 300), scale).data;
    expect(first).toBeCloseTo(-1, 4);
    expect(constant).toBe(0);
    expect(third).toBeCloseTo(1, 4);
    expect(standardizedDescriptor(Float32Array.of(0, 8, 1e9), scale).data.slice(1)).toEqual(Float32Array.of(5, 5));
    expect(() => descriptorScaleOf([])).toThrow(/paintings/);
  });
});
