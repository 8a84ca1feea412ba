import type { PhotographFile } from '../../../../src/dataset/photographs.browser.ts';
import { transformNetworkParameters } from '../../../../src/graph-builder/networks/transform-network.ts';
import { decodeBitmap } from '../../../../src/image/decode.browser.ts';
import { pictureOf } from '../../../../src/image/picture.browser.ts';
import {
  type Picture,
  type PictureSize,
  type Region,
  sizeWithin,
  sizeWithShortSide,
} from '../../../../src/image/picture.ts';
import type { TrainingConfiguration } from '../../../../src/style-file/training-configuration.ts';
import { readCheckpoint, styleRun } from '../../../../src/train/checkpoint.ts';
import { initialState, type TrainingState } from '../../../../src/train/training-state.ts';
import { digestOf } from '../../storage/digest.ts';
import { requirePainting } from '../painting.ts';
import type { TrainingOrder } from '../protocol.ts';
import { readTraining, writeTraining } from '../store.ts';
import { configurationOf } from './configuration.ts';
import { checkpointOf, type History, type Recorded } from './recorder.ts';

/** A training that can begin or go on. */
export interface PreparedTraining extends Recorded {
  readonly start: TrainingState;
  readonly history: History;
  /** The painting, at the size at which its strokes are looked at. */
  readonly style: Picture;
}

/** The long side of the preview's photograph to that of the crops: who trains on small ones has little time for previews. */
const previewScale = 1.5;

/** What the preview paints: it is in the public domain, so that a model that has it as thumbnail can go anywhere. */
const previewName = 'city-by-the-water-at-dusk.jpg';

/**
 * Stores a new training in place of any before it.
 * @throws one sentence if the painting is no picture or too large, or the browser stores nothing
 */
export async function prepareNew(
  order: TrainingOrder,
  photographs: readonly PhotographFile[],
): Promise<PreparedTraining> {
  const configuration = configurationOf(order);
  await requirePainting(order.painting, order.pixelLimit);
  const style = await decodeStyle(order.painting, configuration);
  const start = initialState(transformNetworkParameters(configuration.network), configuration.seed);
  const history = { losses: [], secondsPerStep: undefined };
  const checkpoint = await checkpointOf(start, { configuration });
  const { name, painting, settings } = order;
  await writeTraining({
    order: { name, painting, settings },
    progress: { step: 0, checkpoint, result: undefined, ...history },
  });
  const photograph = await decodePreview(photographs, configuration);
  return { configuration, painting: await digestOf(painting), photograph, start, history, style };
}

/**
 * The training that is stored.
 * @throws one sentence if there is none, or it is damaged
 */
export async function prepareStored(photographs: readonly PhotographFile[]): Promise<PreparedTraining> {
  const stored = await readTraining();
  if (!stored)
    throw new Error('Expected a training to go on with but none is stored: it was finished or discarded elsewhere.');
  const { order, progress } = stored;
  const { configuration, state } = await readCheckpoint(styleRun, progress.checkpoint, 'of this training');
  const style = await decodeStyle(order.painting, configuration);
  const { losses, secondsPerStep } = progress;
  return {
    configuration,
    painting: await digestOf(order.painting),
    photograph: await decodePreview(photographs, configuration),
    start: state,
    history: { losses, secondsPerStep },
    style,
  };
}

function decodeStyle(
  painting: Blob,
  { styleSize, styleCrop }: Pick<TrainingConfiguration, 'styleSize' | 'styleCrop'>,
): Promise<Picture> {
  return decodeAt(painting, (size) => sizeWithShortSide(size, styleSize), styleCrop);
}

function decodePreview(
  photographs: readonly PhotographFile[],
  { size }: Pick<TrainingConfiguration, 'size'>,
): Promise<Picture> {
  const photograph = photographs.find(({ name }) => name === previewName);
  if (!photograph) throw new Error(`Expected ${previewName} among the photographs but it is not there`);
  return decodeAt(photograph.content, (own) => sizeWithin(own, previewScale * size));
}

/** Decodes a file whose header has been checked, or a region of it, at a size of its own. */
async function decodeAt(file: Blob, targetSize: (size: PictureSize) => PictureSize, region?: Region): Promise<Picture> {
  const whole = await decodeBitmap(file, Number.POSITIVE_INFINITY);
  const bitmap = region ? await cutBitmap(whole, region) : whole;
  try {
    return await pictureOf(bitmap, targetSize({ width: bitmap.width, height: bitmap.height }));
  } finally {
    bitmap.close();
  }
}

/** A region of a bitmap, which is given up for it. */
async function cutBitmap(whole: ImageBitmap, { left, top, width, height }: Region): Promise<ImageBitmap> {
  try {
    return await createImageBitmap(whole, left, top, width, height);
  } finally {
    whole.close();
  }
}
