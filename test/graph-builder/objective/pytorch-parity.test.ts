import { readFile } from 'node:fs/promises';
import { Tensor } from 'onnxruntime-common';
import { beforeAll, describe, expect, it } from 'vitest';
import { type FloatTensor, floatTensor } from '../../../src/graph-builder/ir/tensor.ts';
import { type FrozenLossNetwork, freezeLossNetwork } from '../../../src/graph-builder/networks/vgg.ts';
import { recipes, type TermWeights } from '../../../src/graph-builder/objective/recipes.ts';
import { writeOnnx } from '../../../src/graph-builder/onnx/onnx-file.ts';
import { readSafetensors, type Safetensors } from '../../../src/graph-builder/safetensors/safetensors.ts';
import type { Picture } from '../../../src/image/picture.ts';
import { createSession } from '../../../src/infer/session.node.ts';
import { floatData, type GraphSession, toOrtTensor } from '../../../src/loss-network/objective/graph-session.ts';
import { readLosses, styleLosses } from '../../../src/loss-network/objective/losses.ts';
import { computeStyleTargets } from '../../../src/loss-network/objective/style-targets.ts';
import { loadLossNetwork } from '../../../src/loss-network/weights/load-loss-network.node.ts';
import { loweredTrainingGraph } from '../../../src/lowering/programs.ts';
import { hasShared, sharedPath } from '../../../tools/shared-data/shared.ts';

/** The weights of the terms in the fixtures' `loss`. */
const fixtureWeights = {
  balanced: { content: 1, style: 10, tv: 1 },
  paper: { content: 1, style: 5, tv: 1e-6 },
  original: { content: 2.86e-5, style: 100, tv: 1e-3 },
} as const satisfies Readonly<Record<string, TermWeights>>;

/*
 * The objective and all gradients against PyTorch in float64 (fixtures/objective/make.py), on real VGG-19 weights.
 */

const cases: readonly {
  fixture: string;
  inputs: string;
  recipe: keyof typeof fixtureWeights;
  upsampling: 'resize' | 'deconv';
}[] = [
  { fixture: 'balanced', inputs: 'inputs', recipe: 'balanced', upsampling: 'resize' },
  { fixture: 'paper', inputs: 'inputs', recipe: 'paper', upsampling: 'resize' },
  { fixture: 'original', inputs: 'inputs', recipe: 'original', upsampling: 'resize' },
  { fixture: 'balanced-deconv', inputs: 'inputs-deconv', recipe: 'balanced', upsampling: 'deconv' },
];

describe.skipIf(!hasShared)('the objective agrees with PyTorch', () => {
  let lossNetwork: FrozenLossNetwork;
  beforeAll(async () => {
    lossNetwork = freezeLossNetwork(await loadLossNetwork(sharedPath('data/vgg19')));
  });

  const asRun = cases.flatMap((each) => [
    { ...each, microBatch: 2, how: 'both pictures at once' },
    { ...each, microBatch: 1, how: 'one picture after another, in the form for the CPU' },
  ]);
  it.each(asRun)('$fixture, $how', async ({ fixture, inputs, recipe: name, upsampling, microBatch }) => {
    const shared = await readFixture('inputs');
    const parameters = new Map([...shared.tensors, ...(await readFixture(inputs)).tensors]);
    const expected = await readFixture(fixture);
    const recipe = recipes[name];
    const objective = { lossNetwork, recipe };
    const network = { channels: 4, upsampling, padding: 'reflect', output: 'tanh' } as const;
    const options = { network, objective, size: 64 };
    const graph = loweredTrainingGraph({ ...options, batch: microBatch }, microBatch === 1 ? 'cpu' : 'cuda');

    const targets = await computeStyleTargets(objective, stylePicture(shared), createCpuSession);
    const layerWeight = recipe.styleNorm === 'relative' ? 1 / recipe.styleLayers.length : 1;
    const feeds: Record<string, Tensor> = {};
    for (const input of graph.inputs) {
      const target = targets.get(input.name);
      const parameter = parameters.get(input.name);
      if (input.name.startsWith('weight.style.')) feeds[input.name] = scalarOf(layerWeight);
      else if (input.name.startsWith('weight.'))
        feeds[input.name] = scalarOf(termWeight(fixtureWeights[name], input.name));
      else if (target) feeds[input.name] = toOrtTensor(target);
      else if (parameter?.data instanceof Float32Array)
        feeds[input.name] = new Tensor('float32', parameter.data, parameter.shape);
    }
    const session = await createCpuSession(writeOnnx(graph));
    const outputs = await runInParts(session, feeds, floats(shared, 'content'), microBatch);
    await session.release();

    const losses = readLosses(styleLosses, outputs);
    for (const term of ['loss', 'content', 'style', 'tv'] as const) {
      expect(relativeDifference(losses[term], floats(expected, term).data[0] ?? Number.NaN), term).toBeLessThan(1e-4);
    }
    const gradients = graph.outputs.map((output) => output.name).filter((output) => output.endsWith('.grad'));
    expect(gradients.sort()).toEqual([...expected.tensors.keys()].filter((key) => /^[^/]*\.grad$/.test(key)).sort());
    for (const gradient of gradients) {
      const { data } = floats(expected, gradient);
      const received = floatData(outputs, gradient);
      // Biases that the next normalisation cancels have no gradient at all: float32 leaves rounding noise there.
      const error = data.every((value) => value === 0)
        ? norm(received) / norm(floats(expected, gradient.replace('.bias.', '.scale.')).data)
        : relativeError(received, data);
      expect(error, gradient).toBeLessThan(1e-3);
    }
  });
});

/** A batch in micro-batches, one run each, as training does it: the mean of their outputs. */
async function runInParts(
  session: GraphSession,
  feeds: Readonly<Record<string, Tensor>>,
  { shape, data }: FloatTensor,
  microBatch: number,
): Promise<Readonly<Record<string, Tensor>>> {
  const [batch = 0, ...picture] = shape;
  const parts = batch / microBatch;
  const means: Record<string, Tensor> = {};
  for (let part = 0; part < parts; part++) {
    const length = data.length / parts;
    const content = new Tensor('float32', data.slice(part * length, (part + 1) * length), [microBatch, ...picture]);
    const outputs = await session.run({ ...feeds, content });
    for (const [name, { dims }] of Object.entries(outputs)) {
      const share = floatData(outputs, name).map((value) => value / parts);
      const earlier = means[name] ? floatData(means, name) : new Float32Array(share.length);
      means[name] = new Tensor(
        'float32',
        share.map((value, index) => value + (earlier[index] ?? 0)),
        dims,
      );
    }
  }
  return means;
}

async function readFixture(name: string): Promise<Safetensors> {
  const url = new URL(`../../fixtures/objective/${name}.safetensors`, import.meta.url);
  return readSafetensors(await readFile(url), name);
}

async function createCpuSession(model: Uint8Array) {
  return (await createSession(model, { device: 'cpu' })).session;
}

/** A fixture's tensor as float32, pictures included. */
function floats({ tensors }: Safetensors, name: string): FloatTensor {
  const tensor = tensors.get(name);
  if (!tensor) throw new Error(`Expected ${name} in the fixture`);
  return floatTensor(tensor.shape, Float32Array.from(tensor.data, Number));
}

function stylePicture(fixture: Safetensors): Picture {
  const planar = floats(fixture, 'style').data;
  const data = Uint8Array.from({ length: planar.length }, (_, i) => planar[(i % 3) * 4096 + Math.floor(i / 3)] ?? 0);
  return { width: 64, height: 64, data };
}

function scalarOf(value: number): Tensor {
  return toOrtTensor(floatTensor([], Float32Array.of(value)));
}

function termWeight(weights: TermWeights, input: string): number {
  if (input === 'weight.content') return weights.content;
  return input === 'weight.style' ? weights.style : weights.tv;
}

function relativeDifference(value: number, expected: number): number {
  return Math.abs(value - expected) / Math.abs(expected);
}

/** ‖value − expected‖ / ‖expected‖. */
function relativeError(value: Float32Array, expected: Float32Array): number {
  return norm(expected.map((number, index) => number - (value[index] ?? Number.NaN))) / norm(expected);
}

function norm(values: Float32Array): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 0));
}
