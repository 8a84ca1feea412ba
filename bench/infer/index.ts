import { readFile } from 'node:fs/promises';
import type { Tensor } from 'onnxruntime-common';
import { floatTensor } from '../../src/graph-builder/ir/tensor.ts';
import { inferenceGraph } from '../../src/graph-builder/networks/inference-network.ts';
import { createSession } from '../../src/infer/session.node.ts';
import { toOrtTensor } from '../../src/loss-network/objective/graph-session.ts';
import { fixSize, type PixelSize } from '../../src/lowering/export/fixed-size.ts';
import { hasShared, sharedPath } from '../../tools/shared-data/shared.ts';
import { floatingPointOperations } from '../arithmetic.ts';
import { matrixProductRate } from '../matrix-rate.ts';
import { alternate, median, ratio, timed } from '../measure.ts';
import { ReferenceProcess } from '../reference-process.ts';
import { benchNetwork, untrainedModel, untrainedParameters } from '../untrained-model.ts';

export interface InferOptions {
  readonly channels: number;
  readonly threads: number;
  readonly runs: number;
  readonly python: string;
}

const pictures = [
  { width: 512, height: 512 },
  { width: 1920, height: 1080 },
] as const;

/** Models that others have published, for one size. */
const peers = [
  { file: 'mosaic_nc16_256x256_onnxjs013.onnx', channels: 16, width: 256, height: 256 },
  { file: 'mosaic_nc8_128x128.onnx', channels: 8, width: 128, height: 128 },
] as const;

/**
 * The transform network on one picture, in turn in one run: our model.onnx, PyTorch, the arithmetic floor, and networks of the same architecture that others have published, on ONNX Runtime.
 */
export async function benchInfer({ channels, threads, runs, python }: InferOptions): Promise<object> {
  const sizes: object[] = [];
  for (const size of pictures) sizes.push(await againstPyTorch({ channels, threads, runs, python }, size));
  const published: object[] = [];
  for (const peer of hasShared ? peers : []) published.push(await againstPeer({ threads, runs }, peer));
  return { bench: 'infer', channels, threads, runs, sizes, published };
}

async function againstPyTorch({ channels, threads, runs, python }: InferOptions, size: PixelSize): Promise<object> {
  const model = await painter(untrainedModel(channels), threads, size);
  const settings = { channels, ...size, threads };
  const plain = new ReferenceProcess('infer/torch_infer.py', 'plain', settings, python);
  const tuned = new ReferenceProcess('infer/torch_infer.py', 'tuned', settings, python);
  const [{ torch }] = await Promise.all([plain.ready(), tuned.ready()]);
  const systems = [model.paint, () => plain.step(), () => tuned.step()];
  const [ours = [], ofPlain = [], ofTuned = []] = await alternate(runs, 1, systems);
  for (const reference of [plain, tuned]) reference.quit();
  await model.release();
  const graph = inferenceGraph(benchNetwork(channels), untrainedParameters(channels));
  const floor = floatingPointOperations(fixSize(graph, size)) / (await matrixProductRate(threads));
  return {
    ...{ ...size, torch, seconds: median(ours) },
    plainPyTorch: { seconds: median(ofPlain), ratio: ratio(ours, ofPlain), peakMegabytes: plain.peakMegabytes },
    tunedPyTorch: { seconds: median(ofTuned), ratio: ratio(ours, ofTuned), peakMegabytes: tuned.peakMegabytes },
    arithmeticFloor: { seconds: floor, ratio: median(ours) / floor },
  };
}

interface Peer extends PixelSize {
  readonly file: string;
  readonly channels: number;
}

async function againstPeer({ threads, runs }: Pick<InferOptions, 'threads' | 'runs'>, peer: Peer): Promise<object> {
  const { file, channels } = peer;
  const theirs = await painter(await readFile(sharedPath('data/peer-models/gnsmrky', file)), threads, peer);
  const ours = await painter(untrainedModel(channels), threads, peer);
  const [ofOurs = [], ofTheirs = []] = await alternate(5 * runs, 3, [ours.paint, theirs.paint]);
  await Promise.all([ours.release(), theirs.release()]);
  return { ...peer, seconds: median(ofOurs), peer: { seconds: median(ofTheirs), ratio: ratio(ofOurs, ofTheirs) } };
}

/** Paints one picture of random pixels again and again; the seconds of each time. */
async function painter(model: Uint8Array, threads: number, { width, height }: PixelSize) {
  const { session } = await createSession(model, { device: 'cpu', threads });
  const pixels = new Float32Array(3 * width * height).map(() => Math.random() * 255);
  const [name = ''] = session.inputNames;
  const feeds: Record<string, Tensor> = { [name]: toOrtTensor(floatTensor([1, 3, height, width], pixels)) };
  return { paint: () => timed(() => session.run(feeds)), release: () => session.release() };
}
