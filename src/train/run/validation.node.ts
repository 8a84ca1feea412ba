import type { Tensor } from 'onnxruntime-common';
import type { TrainedPart } from '../../graph-builder/networks/trained-part.ts';
import type { TransformNetworkOptions } from '../../graph-builder/networks/transform-network.ts';
import type { Objective } from '../../graph-builder/objective/objective.ts';
import { writeOnnx } from '../../graph-builder/onnx/onnx-file.ts';
import { evaluationGraph } from '../../graph-builder/programs/training-graphs.ts';
import { decodeCrop, PictureError, pictureSize } from '../../image/decode.node.ts';
import { type Picture, sizeWithShortSide } from '../../image/picture.ts';
import {
  type CreateSession,
  type GraphSession,
  namedTensors,
  pictureTensor,
} from '../../loss-network/objective/graph-session.ts';
import { meanLosses, readLosses, type StepLosses, styleLosses } from '../../loss-network/objective/losses.ts';
import { parameterValues, type TrainingState } from '../training-state.ts';

/** The objective's value and its unweighted terms over photographs that are not trained on, a line of validation.jsonl. */
export interface ValidationResult extends StepLosses {
  readonly step: number;
  /** Over how many photographs the figures are means. */
  readonly photographs: number;
}

/** What is judged, on what photographs, by what measure. */
export interface ValidatorOptions {
  readonly network: TransformNetworkOptions;
  readonly objective: Objective;
  /** Side of the crops, in pixels: that of the training's crops. */
  readonly size: number;
  /** Style targets, layer weights and term weights by input name. */
  readonly constants: Readonly<Record<string, Tensor>>;
  /** The photographs' paths. */
  readonly files: readonly string[];
  readonly createSession: CreateSession;
  /** What is trained, by default the whole network. */
  readonly part?: TrainedPart | undefined;
  /** For a base: what its graph reads of the paintings that the crops are painted after in turn. */
  readonly paintings?: readonly Feeds[] | undefined;
}

type Feeds = Readonly<Record<string, Tensor>>;

/** Judges a state of the network, always on the same crops. */
export type Validator = (state: TrainingState) => Promise<ValidationResult>;

/**
 * Prepares the judging of a network on the largest centred crop of each photograph; those that cannot be read are left out.
 * @returns undefined if there are no photographs
 */
export async function createValidator(options: ValidatorOptions): Promise<Validator | undefined> {
  const { network, objective, size, constants, createSession, part, paintings } = options;
  const crops = await readCrops(options.files, size);
  if (crops.length === 0) return undefined;
  const graph = writeOnnx(evaluationGraph({ network, objective, batch: 1, size, part }));
  return async (state) => {
    const feeds = { ...namedTensors(parameterValues(state)), ...constants };
    // A session of its own each time: between checkpoints the training has the memory for itself.
    const session = await createSession(graph);
    try {
      const losses = await judgeCrops(session, feeds, crops, paintings);
      return { step: state.step, ...meanLosses(styleLosses, losses), photographs: crops.length };
    } finally {
      await session.release();
    }
  };
}

async function judgeCrops(
  session: GraphSession,
  feeds: Feeds,
  crops: readonly Picture[],
  paintings: readonly Feeds[] = [],
): Promise<readonly StepLosses[]> {
  const losses: StepLosses[] = [];
  for (const [index, crop] of crops.entries()) {
    const painting = paintings[index % paintings.length];
    const outputs = await session.run({ ...feeds, ...painting, content: pictureTensor(crop) });
    losses.push(readLosses(styleLosses, outputs));
  }
  return losses;
}

async function readCrops(files: readonly string[], size: number): Promise<readonly Picture[]> {
  const crops: Picture[] = [];
  for (const file of files) {
    try {
      crops.push(await readCentre(file, size));
    } catch (error) {
      if (!(error instanceof PictureError)) throw error;
    }
  }
  return crops;
}

async function readCentre(file: string, size: number): Promise<Picture> {
  const resized = sizeWithShortSide(await pictureSize(file), size);
  const left = Math.floor((resized.width - size) / 2);
  const top = Math.floor((resized.height - size) / 2);
  return decodeCrop(file, { resized, window: { left, top, size, mirror: false } });
}
