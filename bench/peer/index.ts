import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultValidationCount, splitValidation } from '../../src/dataset/validation-split.ts';
import { evaluate } from '../../src/evaluate/objective/evaluate.node.ts';
import {
  findPhotographs,
  type NamedPhotograph,
  pairsOfModel,
} from '../../src/evaluate/objective/evaluate-pairs.node.ts';
import { inferenceGraph } from '../../src/graph-builder/networks/inference-network.ts';
import { writeOnnx } from '../../src/graph-builder/onnx/onnx-file.ts';
import { loadStylizer } from '../../src/infer/open-stylizer.node.ts';
import { createSession } from '../../src/infer/session.node.ts';
import { readPeerNetwork } from '../../tools/shared-data/peer-network.ts';
import { sharedPath } from '../../tools/shared-data/shared.ts';

export interface PeerOptions {
  /** Our network of the mosaic, trained on the photographs of the shared data with the default seed and validation. */
  readonly model: string | undefined;
  readonly lossNetwork: string;
  readonly threads: number;
}

const style = 'mosaic';
const styleSize = 384;
const longestSide = 512;

/**
 * Two networks before one judge, VGG-19 and the balanced recipe, on the photographs that a training with the default seed
 * keeps out: ours, and the mosaic of pytorch/examples, which was trained by other layers and weights.
 * @throws if no model is given
 */
export async function benchPeer({ model, lossNetwork, threads }: PeerOptions): Promise<object> {
  if (model === undefined) throw new Error('Expected our network of the mosaic: --model FILE');
  const photographs = await heldOut(sharedPath('data/photos'));
  const folder = await mkdtemp(join(tmpdir(), 'impasto-peer-'));
  try {
    const peer = join(folder, 'peer.onnx');
    const network = { channels: 32, upsampling: 'resize', padding: 'reflect', output: 'linear' } as const;
    await writeFile(peer, writeOnnx(inferenceGraph(network, await readPeerNetwork(style))));
    const judged = (path: string) => judge(path, photographs, lossNetwork, threads);
    return { bench: 'peer', photographs: photographs.length, ours: await judged(model), peer: await judged(peer) };
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function heldOut(folder: string): Promise<readonly NamedPhotograph[]> {
  const photographs = await findPhotographs(folder);
  const files = photographs.map(({ path }) => path);
  const kept = new Set(splitValidation(files, defaultValidationCount(files.length), 1).validation);
  return photographs.filter(({ path }) => kept.has(path));
}

async function judge(model: string, photographs: readonly NamedPhotograph[], lossNetwork: string, threads: number) {
  const { stylizer } = await loadStylizer(model, { device: 'cpu', threads });
  const { mean } = await evaluate({
    ...{
      style: sharedPath(`data/styles/${style}.jpg`),
      styleSize,
      lossNetwork,
      recipe: 'balanced',
      pyramidLevels: 1,
      photographs,
    },
    pairOf: pairsOfModel(stylizer, longestSide),
    createSession: async (graph) => (await createSession(graph, { device: 'cpu', threads })).session,
    onStart: () => {},
    onPicture: () => {},
  }).finally(() => stylizer.release());
  return mean;
}
