import { decodeCrop, PictureError, pictureSize } from '../../image/decode.node.ts';
import { CHANNELS, type Picture, toPlanar } from '../../image/picture.ts';
import { type CropDraws, chooseCrop } from './crop-choice.ts';
import { advance, createSampler, type DataCursor, type Sample } from './sampler.ts';

/** Which batches to make: they depend on nothing else, neither on time nor on the machine. */
export interface BatchPlan {
  /** The photographs' paths. */
  readonly files: readonly string[];
  /** Side of the square crops, in pixels. */
  readonly size: number;
  /** Crops in a batch. */
  readonly batch: number;
  readonly seed: number;
  /** The first sample. */
  readonly cursor: DataCursor;
}

/** A batch of random crops. */
export interface PhotographBatch {
  /** [batch, 3, size, size], RGB, 0..255. */
  readonly data: Float32Array<ArrayBuffer>;
  /** The cursor after this batch: a loader started there goes on with the next one. */
  readonly cursor: DataCursor;
  /** The epoch of the batch's first crop, from 0. */
  readonly epoch: number;
}

/** A photograph that gives no crops. */
export interface SkippedPhotograph {
  readonly path: string;
  readonly kind: 'tooSmall' | 'unreadable';
  /** One sentence. */
  readonly reason: string;
}

/** The next batch, or the sentence why there is none and never will be; with the photographs newly found unusable. */
export type BatchOutcome = { readonly skipped: readonly SkippedPhotograph[] } & (
  | { readonly batch: PhotographBatch }
  | { readonly failure: string }
);

/** A sample together with where it stands. */
interface PlacedSample extends Sample {
  readonly epoch: number;
  readonly after: DataCursor;
}

interface DecodedSample {
  readonly sample: PlacedSample;
  readonly result: Picture | SkippedPhotograph;
}

type CropOutcome =
  | { readonly kind: 'crop'; readonly picture: Picture; readonly sample: PlacedSample }
  | { readonly kind: 'skipped'; readonly photograph: SkippedPhotograph }
  | { readonly kind: 'failure'; readonly sentence: string };

/** Photographs decoded at the same time: as many as libuv's pool has threads. */
const DECODES_IN_FLIGHT = 4;

/**
 * Decodes photographs into batches, without end. An unusable photograph is left out, its place in the batch taken by
 * the next sample in order, and is not opened again; when none is left, a failure is the last outcome.
 */
export async function* photographBatches(plan: BatchPlan): AsyncGenerator<BatchOutcome, void, undefined> {
  const valuesPerCrop = CHANNELS * plan.size * plan.size;
  let data = new Float32Array(plan.batch * valuesPerCrop);
  let filled = 0;
  let epoch = plan.cursor.epoch;
  let skipped: SkippedPhotograph[] = [];
  for await (const outcome of cropsInOrder(plan)) {
    if (outcome.kind === 'skipped') {
      skipped.push(outcome.photograph);
      continue;
    }
    if (outcome.kind === 'failure') {
      yield { failure: outcome.sentence, skipped };
      return;
    }
    if (filled === 0) epoch = outcome.sample.epoch;
    toPlanar(outcome.picture, data, filled * valuesPerCrop);
    filled++;
    if (filled === plan.batch) {
      yield { batch: { data, cursor: outcome.sample.after, epoch }, skipped };
      // The consumer owns what was handed out.
      data = new Float32Array(plan.batch * valuesPerCrop);
      filled = 0;
      skipped = [];
    }
  }
}

/** The crops of all usable samples in order; each unusable photograph is told once. */
async function* cropsInOrder(plan: BatchPlan): AsyncGenerator<CropOutcome, void, undefined> {
  const unusable = new Map<number, SkippedPhotograph>();
  const decode = async ({ index, draws }: Sample): Promise<Picture | SkippedPhotograph> =>
    unusable.get(index) ?? (await decodeSample(plan.files[index] ?? '', plan.size, draws));

  for await (const { sample, result } of decodeAhead(samplesFrom(plan), decode)) {
    if (!('reason' in result)) {
      yield { kind: 'crop', picture: result, sample };
    } else if (!unusable.has(sample.index)) {
      unusable.set(sample.index, result);
      yield { kind: 'skipped', photograph: result };
    }
    if (unusable.size === plan.files.length) {
      yield { kind: 'failure', sentence: nothingUsable([...unusable.values()], plan.size) };
      return;
    }
  }
}

function* samplesFrom({ files, seed, cursor }: BatchPlan): Generator<PlacedSample, never, undefined> {
  const sampleAt = createSampler(seed, files.length);
  for (let at = cursor; ; at = advance(at, files.length)) {
    yield { ...sampleAt(at), epoch: at.epoch, after: advance(at, files.length) };
  }
}

/** Keeps a few decodes in flight and hands out their results in the order of the samples. */
async function* decodeAhead(
  samples: Iterable<PlacedSample>,
  decode: (sample: Sample) => Promise<Picture | SkippedPhotograph>,
): AsyncGenerator<DecodedSample, void, undefined> {
  const inFlight: Promise<DecodedSample>[] = [];
  for (const sample of samples) {
    inFlight.push(decode(sample).then((result) => ({ sample, result })));
    const first = inFlight.length === DECODES_IN_FLIGHT ? inFlight.shift() : undefined;
    if (first !== undefined) yield await first;
  }
}

async function decodeSample(path: string, size: number, draws: CropDraws): Promise<Picture | SkippedPhotograph> {
  try {
    const photograph = await pictureSize(path);
    const crop = chooseCrop(photograph, size, draws);
    if (crop !== undefined) return await decodeCrop(path, crop);
    const reason = `Expected a photograph of at least ${size}×${size} pixels but ${path} has ${photograph.width}×${photograph.height}`;
    return { path, kind: 'tooSmall', reason };
  } catch (error) {
    if (error instanceof PictureError) return { path, kind: 'unreadable', reason: error.message };
    throw error;
  }
}

function nothingUsable(skipped: readonly SkippedPhotograph[], size: number): string {
  const tooSmall = skipped.filter(({ kind }) => kind === 'tooSmall').length;
  const example = skipped.find(({ kind }) => kind === 'unreadable') ?? skipped[0];
  return `Expected photographs to train on but none of ${skipped.length} can be used: ${tooSmall} are smaller than ${size}×${size} pixels and ${skipped.length - tooSmall} cannot be read (for example: ${example?.reason})`;
}
