import { facts } from 'virtual:training';
import { encodeJpeg, pictureOf } from '../../../../src/image/picture.browser.ts';
import { type Picture, sizeWithin } from '../../../../src/image/picture.ts';
import type { CreateSession } from '../../../../src/loss-network/objective/graph-session.ts';
import { exportModel } from '../../../../src/style-file/export-model.ts';
import type { Provenance } from '../../../../src/style-file/style-metadata.ts';
import type { TrainingConfiguration } from '../../../../src/style-file/training-configuration.ts';
import { styleRun, writeCheckpoint } from '../../../../src/train/checkpoint.ts';
import { stylizePreviews } from '../../../../src/train/run/stylize-previews.ts';
import { parameterValues, type TrainingState } from '../../../../src/train/training-state.ts';
import { type StoredProgress, type TrainedModel, writeProgress } from '../store.ts';

/** What the states of a training are stored with. */
export interface Recorded {
  readonly configuration: TrainingConfiguration;
  /** SHA-256, in hexadecimal, of the painting's file. */
  readonly painting: string;
  /** What the preview paints. */
  readonly photograph: Picture;
}

/** What is told of the steps done, besides the state that they led to. */
export type History = Pick<StoredProgress, 'losses' | 'secondsPerStep'>;

/** The long side of a model's thumbnail, in pixels, as in those that Node writes. */
const thumbnailSide = 160;

/** Stores a state with the model that it makes and what that paints. */
export async function store(
  state: TrainingState,
  recorded: Recorded,
  history: History,
  createSession: CreateSession,
): Promise<void> {
  const result = await resultOf(state, recorded, createSession);
  await writeProgress({ step: state.step, checkpoint: await checkpointOf(state, recorded), result, ...history });
}

/** The bytes of a state's checkpoint. */
export function checkpointOf(state: TrainingState, { configuration }: Pick<Recorded, 'configuration'>) {
  return writeCheckpoint(styleRun, { state, configuration, warnings: 0, photographs: facts.photographs });
}

async function resultOf(
  state: TrainingState,
  { configuration, painting, photograph }: Recorded,
  createSession: CreateSession,
): Promise<TrainedModel> {
  const provenance: Provenance = {
    recipe: configuration,
    training: { painting, lossNetwork: facts.lossNetwork, photographs: facts.photographs },
  };
  const model = (thumbnail?: string) =>
    exportModel(parameterValues(state), { step: state.step, provenance, thumbnail, version: facts.version });
  const [stylized] = await stylizePreviews([{ name: 'preview', photograph }], model(), createSession);
  if (!stylized) throw new Error('Expected a preview but the network gave none');
  const thumbnail = await thumbnailOf(stylized.picture);
  return {
    model: new Uint8Array(model(thumbnail)),
    preview: await encodeJpeg(stylized.picture, 0.9),
    thumbnail,
  };
}

async function thumbnailOf(picture: Picture): Promise<string> {
  const bitmap = await createImageBitmap(await encodeJpeg(picture, 1));
  const small = await pictureOf(bitmap, sizeWithin(picture, thumbnailSide));
  bitmap.close();
  const bytes = new Uint8Array(await (await encodeJpeg(small, 0.75)).arrayBuffer());
  return `data:image/jpeg;base64,${btoa(String.fromCharCode(...bytes))}`;
}
