import type { Tensor } from 'onnxruntime-common';
import { floatTensor } from '../../graph-builder/ir/tensor.ts';
import { freezeLossNetwork } from '../../graph-builder/networks/vgg.ts';
import { type LossNetworkWeights, vggConvolutionsTo } from '../../graph-builder/networks/vgg-architecture.ts';
import { writeOnnx } from '../../graph-builder/onnx/onnx-file.ts';
import type { Picture } from '../../image/picture.ts';
import {
  type CreateSession,
  floatData,
  type GraphSession,
  pictureTensor,
  toOrtTensor,
} from '../../loss-network/objective/graph-session.ts';
import { type JudgedPair, requireJudgeable } from '../../loss-network/objective/judge.ts';
import { colourDistance, colourQuantiles } from './colour-distance.ts';
import { flatCells } from './flat-cells.ts';
import { layersOf, type PatchLayer, type PerceptionLayer, patchLayers } from './layers.ts';
import type { MeasureName, Measures } from './measures.ts';
import { patchGraph } from './patch-graph.ts';
import { comparisonGraph, paintingGraph } from './picture-graphs.ts';

/** Measures finished pictures of one painting's style by what eyes see. */
export interface PerceptionJudge {
  /**
   * The painting's motifs in the flat regions of the photograph, style, colours and content: see `measures.ts`.
   * @throws if the two sizes differ, or a side is too short for the loss network's pooling
   */
  measure(pair: JudgedPair): Promise<Measures>;
  release(): Promise<void>;
}

export interface PerceptionJudgeOptions {
  /** Of a VGG network, at least to relu4_1; layers beyond those they reach are left out. */
  readonly weights: LossNetworkWeights;
  /** The painting as it was learnt, for style and colours. */
  readonly painting: Picture;
  /** The painting at the sizes at which its motifs are looked for. */
  readonly paintings: readonly Picture[];
  readonly createSession: CreateSession;
}

type Tensors = Readonly<Record<string, Tensor>>;

/** What is found out about the painting once: centred Gram matrices by input name, and patches by layer at each size. */
interface KnownPainting {
  readonly style: Tensors;
  readonly patches: ReadonlyMap<PatchLayer, readonly Tensor[]>;
}

/** @throws if the weights do not reach relu4_1, or the painting is smaller than the deepest layer needs */
export async function createPerceptionJudge(options: PerceptionJudgeOptions): Promise<PerceptionJudge> {
  const { weights, painting, createSession } = options;
  const layers = layersOf(weights);
  const colours = colourQuantiles(painting);
  const network = { lossNetwork: freezeLossNetwork(weights), layers };
  const shortestSide = smallestSide(weights, layers);
  const known = await lookAtPaintings(options, layers, await createSession(writeOnnx(paintingGraph(network))));
  const comparison = await createSession(writeOnnx(comparisonGraph(network)));
  const search = await createSession(writeOnnx(patchGraph()));
  return {
    measure: async (pair) => {
      requireJudgeable(pair, shortestSide);
      const { stylized, photograph } = pair;
      const pictures = { stylized: pictureTensor(stylized), photograph: pictureTensor(photograph) };
      const compared = await comparison.run({ ...known.style, ...pictures });
      const ofLayers = (output: (layer: PerceptionLayer) => string): Named =>
        layers.map((layer) => [layer, scalar(compared, output(layer))]);
      return {
        ...(await searchPatches(search, compared, known, flatCells(photograph))),
        ...withMean(
          'style',
          ofLayers((layer) => `style.${layer}.error`),
        ),
        colour: colourDistance(colourQuantiles(stylized), colours),
        ...withMean(
          'content',
          ofLayers((layer) => `content.${layer}`),
        ),
      };
    },
    release: async () => {
      await Promise.all([comparison.release(), search.release()]);
    },
  };
}

/** The block of the deepest layer begins after so many halvings. */
function smallestSide({ architecture }: LossNetworkWeights, layers: readonly PerceptionLayer[]): number {
  const blocks = layers.map((layer) => vggConvolutionsTo(architecture, layer).at(-1)?.block ?? 1);
  return 2 ** (Math.max(...blocks) - 1);
}

async function lookAtPaintings(
  { painting, paintings }: PerceptionJudgeOptions,
  layers: readonly PerceptionLayer[],
  session: GraphSession,
): Promise<KnownPainting> {
  try {
    const seen = await session.run({ painting: pictureTensor(painting) });
    const style = layers.map((layer) => [`style.${layer}`, tensorOf(seen, `style.${layer}`)]);
    const patches = new Map<PatchLayer, Tensor[]>(patchLayers.map((layer) => [layer, []]));
    for (const sized of paintings) {
      const outputs = await session.run({ painting: pictureTensor(sized) });
      for (const [layer, sizes] of patches) sizes.push(tensorOf(outputs, `patches.${layer}`));
    }
    return { style: Object.fromEntries(style), patches };
  } finally {
    await session.release();
  }
}

/** The measures of patches: of each layer the mean over the painting's sizes. */
async function searchPatches(
  search: GraphSession,
  compared: Tensors,
  { patches }: KnownPainting,
  cells: readonly number[],
): Promise<Measures> {
  const motifs: [string, number][] = [];
  const unpainted: [string, number][] = [];
  for (const [layer, paintings] of patches) {
    const picture = takePatches(tensorOf(compared, `patches.${layer}`), cells);
    const photograph = tensorOf(compared, `photograph.${layer}`);
    const found: Tensors[] = [];
    for (const painting of paintings) found.push(await search.run({ picture, photograph, painting }));
    motifs.push([layer, mean(found.map((outputs) => scalar(outputs, 'motifs')))]);
    unpainted.push([layer, mean(found.map((outputs) => scalar(outputs, 'unpainted')))]);
  }
  return { ...withMean('motifs', motifs), ...withMean('unpainted', unpainted) };
}

/** Some of the patches [1, C, P] by their numbers: [1, C, F]. */
function takePatches(patches: Tensor, cells: readonly number[]): Tensor {
  const [, channels = 0, count = 0] = patches.dims;
  const data = floatData({ patches }, 'patches');
  const taken = new Float32Array(channels * cells.length);
  for (let channel = 0; channel < channels; channel++) {
    cells.forEach((cell, index) => {
      taken[channel * cells.length + index] = data[channel * count + cell] ?? Number.NaN;
    });
  }
  return toOrtTensor(floatTensor([1, channels, cells.length], taken));
}

type Named = readonly (readonly [layer: string, value: number])[];

/** A measure that is the mean over some layers, with those of the layers. */
function withMean(name: MeasureName, values: Named): Measures {
  const layers = values.map(([layer, value]) => [`${name}.${layer}`, value] as const);
  return { [name]: mean(values.map(([, value]) => value)), ...Object.fromEntries(layers) };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function scalar(outputs: Tensors, name: string): number {
  return floatData(outputs, name)[0] ?? Number.NaN;
}

function tensorOf(outputs: Tensors, name: string): Tensor {
  return toOrtTensor(floatTensor(outputs[name]?.dims ?? [], floatData(outputs, name)));
}
