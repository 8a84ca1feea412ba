import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type FloatTensor, floatTensor } from '../../../src/graph-builder/ir/tensor.ts';
import { transformNetworkParameters } from '../../../src/graph-builder/networks/transform-network.ts';
import { recipes } from '../../../src/graph-builder/objective/recipes.ts';
import { writeOnnx } from '../../../src/graph-builder/onnx/onnx-file.ts';
import { optimizerGraph } from '../../../src/graph-builder/programs/optimizer-graph.ts';
import { evaluationGraph, trainingGraph } from '../../../src/graph-builder/programs/training-graphs.ts';
import { decodeResized } from '../../../src/image/decode.node.ts';
import { encodePicture } from '../../../src/image/encode.node.ts';
import { toPlanar } from '../../../src/image/picture.ts';
import { createWritingSession } from '../../../src/infer/session.node.ts';
import { type CreateSession, floatData, toOrtTensor } from '../../../src/loss-network/objective/graph-session.ts';
import { loadObjective } from '../../../src/loss-network/objective/load-objective.node.ts';
import { styleLosses } from '../../../src/loss-network/objective/losses.ts';
import { objectiveFeeds, objectiveTensors } from '../../../src/loss-network/objective/objective-feeds.ts';
import { computeStyleTargets } from '../../../src/loss-network/objective/style-targets.ts';
import {
  type BuildOrtTrainingOptions,
  buildOrtTraining,
} from '../../../src/train/artifacts/build-ort-training.node.ts';
import { initialState, parameterValues } from '../../../src/train/training-state.ts';
import { createTrainingStep } from '../../../src/train/training-step.ts';
import { ortFeed, trainWithOrt } from '../../helpers/ort-training.ts';
import { paint, smoothPicture } from '../../helpers/pictures.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';
import { writePatternVgg } from '../../helpers/training-files.ts';

/*
 * A training whose result rounding decides little: Adam takes a small gradient for as large as a great one, so that where
 * the gradients of successive steps cancel, or are round-off themselves (reflection leaves none to the biases before a
 * normalisation), a change of 1e-5 in the learning rate alone moves some parameters by a hundredth. Zero padding, this
 * seed (others of 1 to 7 differ by 1e-4 to 8e-3 in one parameter or another) and one photograph at every step let the loss
 * fall steadily; the two runtimes then agree.
 */
const network = { channels: 2, upsampling: 'resize', padding: 'zero', output: 'tanh' } as const;
const seed = 6;
const size = 64;
const styleSize = 64;
const steps = 5;

const onCpu: CreateSession = (model) => createWritingSession(model, { device: 'cpu', threads: 1 });

async function build(changes: Partial<BuildOrtTrainingOptions> = {}) {
  const folder = await temporaryFolder();
  const painting = join(folder, 'painting.png');
  await encodePicture(smoothPicture(), painting);
  const options = {
    out: join(folder, 'artifacts'),
    network,
    batch: 1,
    size,
    recipe: 'balanced',
    pyramidLevels: 1,
    lossNetwork: await writePatternVgg(folder, 'relu4_1'),
    seed,
    style: { file: painting, size: styleSize },
    createSession: onCpu,
    ...changes,
  } as const;
  return { options, painting, manifest: await buildOrtTraining(options) };
}

/** A photograph [1, 3, size, size]. */
function photograph(): FloatTensor {
  const wave = (phase: number) => Math.round(128 + 100 * Math.sin(phase));
  const picture = paint(size, size, (x, y) => [
    wave((x + y + 13) / 20),
    wave((y - x - 5) / 25 + Math.PI / 2),
    wave((x - y + 7) / 30),
  ]);
  return floatTensor([1, 3, size, size], toPlanar(picture));
}

/** What our own graphs are given besides photographs and parameters. */
async function ownObjective(lossNetwork: string, painting: string) {
  const objective = await loadObjective(lossNetwork, recipes.balanced);
  const { weights, layerWeights } = recipes.balanced;
  const picture = await decodeResized(painting, { shortSide: styleSize });
  const styleTargets = await computeStyleTargets(objective, picture, onCpu);
  return { objective, constants: { styleTargets, weights, layerWeights } };
}

/** Our own loop over the same batches, and eval_model's outputs for the photograph afterwards. */
async function trainOurselves(lossNetwork: string, painting: string) {
  const { objective, constants } = await ownObjective(lossNetwork, painting);
  const graphs = { network, objective, batch: 1, size };
  const parameters = transformNetworkParameters(network);
  const [training, optimizer, evaluation] = await Promise.all(
    [trainingGraph(graphs), optimizerGraph(parameters), evaluationGraph(graphs)].map((graph) =>
      onCpu(writeOnnx(graph)),
    ),
  );
  if (!training || !optimizer || !evaluation) throw new Error('three sessions');
  const start = initialState(parameters, seed);
  const feeds = objectiveFeeds(constants);
  const trainingStep = createTrainingStep({
    losses: styleLosses,
    training,
    optimizer,
    microBatch: 1,
    size,
    constants: feeds,
  });
  let state = start;
  while (state.step < steps) {
    const { parameters: updated } = await trainingStep(state, photograph().data, 0.001);
    state = { ...state, step: state.step + 1, parameters: updated };
  }
  const values = parameterValues(state);
  const named = Object.fromEntries([...values].map(([name, value]) => [name, toOrtTensor(value)]));
  const outputs = await evaluation.run({ ...named, ...feeds, content: toOrtTensor(photograph()) });
  await Promise.all([training, optimizer, evaluation].map((session) => session.release()));
  return { values, outputs };
}

/** ‖a − b‖ / ‖b‖. */
function relativeDistance(a: readonly number[], b: Float32Array): number {
  expect(a).toHaveLength(b.length);
  const distance = Math.hypot(...b.map((value, i) => (a[i] ?? Number.NaN) - value));
  return distance / Math.hypot(...b);
}

describe('build-graphs --layout ort-training', () => {
  it('trains in ONNX Runtime 1.19 as our own loop does', async () => {
    const { options, painting } = await build();
    const theirs = await trainWithOrt({
      folder: options.out,
      steps: Array.from({ length: steps }, () => [{ content: ortFeed(photograph()) }]),
    });
    const ours = await trainOurselves(options.lossNetwork, painting);
    expect(theirs.inputs).toEqual(['content']);
    let position = 0;
    for (const [name, { data }] of ours.values) {
      const read = theirs.parameters.slice(position, position + data.length);
      position += data.length;
      expect(relativeDistance(read, data), name).toBeLessThan(1e-4);
    }
    expect(theirs.parameters).toHaveLength(position);
    expect(Object.keys(theirs.evaluation)).toEqual(Object.keys(ours.outputs));
    for (const [name, values] of Object.entries(theirs.evaluation)) {
      expect(relativeDistance(values, floatData(ours.outputs, name)), name).toBeLessThan(1e-4);
    }
  }, 400_000);

  it('leaves the style to be fed where no painting is given', async () => {
    const { options, painting } = await build({
      style: undefined,
      network: { channels: 2, upsampling: 'deconv', padding: 'reflect', output: 'tanh' },
    });
    const { objective, constants } = await ownObjective(options.lossNetwork, painting);
    const fed = new Map([...objectiveTensors(constants), ['content', photograph()]]);
    const step = [Object.fromEntries([...fed].map(([name, tensor]) => [name, ortFeed(tensor)]))];
    const { inputs, losses } = await trainWithOrt({ folder: options.out, steps: [step] });
    expect([...inputs].sort()).toEqual([...fed.keys()].sort());

    const session = await onCpu(writeOnnx(evaluationGraph({ ...options, objective })));
    const start = parameterValues(initialState(transformNetworkParameters(options.network), seed));
    const feeds = [...fed, ...start].map(([name, tensor]) => [name, toOrtTensor(tensor)] as const);
    const outputs = await session.run(Object.fromEntries(feeds));
    await session.release();
    expect(relativeDistance(losses, floatData(outputs, 'loss'))).toBeLessThan(1e-5);
  }, 400_000);

  it('writes the four files, lists them, and gives the same bytes for the same options', async () => {
    const { options, manifest } = await build();
    const names = ['training_model.onnx', 'eval_model.onnx', 'optimizer_model.onnx', 'checkpoint'];
    expect(manifest.files.map(({ file }) => file)).toEqual(names);
    expect((await readdir(options.out)).sort()).toEqual([...names, 'manifest.json'].sort());
    expect(JSON.parse(await readFile(join(options.out, 'manifest.json'), 'utf8'))).toEqual(manifest);
    const hashes = ({ files }: typeof manifest) => files.map(({ sha256 }) => sha256);
    expect((await build()).manifest).toEqual(manifest);

    const [training, evaluation, optimizer, checkpoint] = hashes(manifest);
    expect(hashes((await build({ seed: 2 })).manifest)).toEqual([training, evaluation, optimizer, expect.anything()]);
    expect(hashes((await build({ seed: 2 })).manifest)).not.toContain(checkpoint);
    // Another painting changes nothing but the checkpoint.
    const unstyled = hashes((await build({ style: undefined })).manifest);
    expect(unstyled.slice(0, 3)).toEqual([training, evaluation, optimizer]);
    expect(unstyled[3]).not.toBe(checkpoint);
  });

  it("names the tensors that ONNX Runtime's session looks for", async () => {
    const { manifest } = await build();
    const [training, evaluation, optimizer, checkpoint] = manifest.files;
    const bias = 'decoder.conv3.bias';
    expect(training?.inputs.at(-1)).toEqual({ name: 'lazy_reset_grad', type: 'bool', shape: [1] });
    expect(training?.inputs).toContainEqual({ name: `${bias}_grad.accumulation.buffer`, type: 'float32', shape: [3] });
    expect(training?.outputs).toContainEqual({ name: `${bias}_grad.accumulation.out`, type: 'bool', shape: [1] });
    expect(training?.outputs[0]?.name).toBe('loss');
    expect(training?.outputs.filter(({ name }) => /[._]grad$/.test(name))).toEqual([]);
    expect(evaluation?.outputs.at(-1)?.name).toBe('stylized');
    expect(optimizer?.inputs).toContainEqual({ name: 'gradients', type: 'sequence(float32)', shape: null });
    expect(checkpoint?.outputs).toContainEqual({ name: bias, type: 'float32', shape: [3] });
    expect(checkpoint?.outputs).toContainEqual({ name: 'weight.tv', type: 'float32', shape: [] });
  });
});
