import { CHANNELS, type Picture, toPlanar } from '../image/picture.ts';
import type { CropOutcome, CropSource, SkippedPhotograph } from './crop-source.ts';
import { LeftOut } from './left-out.ts';
import { advance, createSampler, type DataCursor, type Sample, withinEpoch } from './sampler.ts';

/** Which batches to make of some photographs: they depend on nothing else, neither on time nor on the machine. */
export interface BatchPlan {
  /** Side of the square crops, in pixels. */
  readonly size: number;
  /** Crops in a batch. */
  readonly batch: number;
  readonly seed: number;
  /** The first sample; where it lies past the end of its epoch, the next epoch's first. */
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
  /** Undefined for a photograph that was left out before. */
  readonly outcome: CropOutcome | undefined;
}

type PlacedOutcome =
  | { readonly kind: 'crop'; readonly picture: Picture; readonly sample: PlacedSample }
  | Exclude<CropOutcome, { readonly kind: 'crop' }>;

/** Photographs decoded at the same time: in Node, as many as libuv's pool has threads. */
const DECODES_IN_FLIGHT = 4;

/**
 * Decodes photographs into batches, without end. An unusable photograph is left out, its place in the batch taken by
 * the next sample in order, and is not opened again; when none is left, a failure is the last outcome.
 */
export async function* photographBatches(
  photographs: CropSource,
  plan: BatchPlan,
): AsyncGenerator<BatchOutcome, void, undefined> {
  const valuesPerCrop = CHANNELS * plan.size * plan.size;
  let data = new Float32Array(plan.batch * valuesPerCrop);
  let filled = 0;
  let epoch = plan.cursor.epoch;
  let skipped: SkippedPhotograph[] = [];
  for await (const outcome of cropsInOrder(photographs, plan)) {
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

/** The crops of all usable samples in order; each unusable photograph is told once, and a failure is the last. */
async function* cropsInOrder(photographs: CropSource, plan: BatchPlan): AsyncGenerator<PlacedOutcome, void, undefined> {
  const leftOut = new LeftOut(photographs.count);
  const decode = async (sample: Sample): Promise<CropOutcome | undefined> =>
    leftOut.has(sample.index) ? undefined : photographs.crop(sample, plan.size);

  for await (const { sample, outcome } of decodeAhead(samplesFrom(plan, photographs.count), decode)) {
    if (outcome?.kind === 'failure') {
      yield outcome;
      return;
    }
    if (outcome?.kind === 'crop') {
      yield { kind: 'crop', picture: outcome.picture, sample };
    } else if (outcome?.kind === 'skipped' && !leftOut.has(sample.index)) {
      leftOut.add(sample.index, outcome.photograph);
      yield outcome;
    }
    if (leftOut.isEverything) {
      yield { kind: 'failure', sentence: leftOut.describe(plan.size) };
      return;
    }
  }
}

function* samplesFrom({ seed, cursor }: BatchPlan, count: number): Generator<PlacedSample, never, undefined> {
  const sampleAt = createSampler(seed, count);
  for (let at = withinEpoch(cursor, count); ; at = advance(at, count)) {
    yield { ...sampleAt(at), epoch: at.epoch, after: advance(at, count) };
  }
}

/** Keeps a few decodes in flight and hands out their results in the order of the samples. */
async function* decodeAhead(
  samples: Iterable<PlacedSample>,
  decode: (sample: Sample) => Promise<CropOutcome | undefined>,
): AsyncGenerator<DecodedSample, void, undefined> {
  const inFlight: Promise<DecodedSample>[] = [];
  for (const sample of samples) {
    inFlight.push(decode(sample).then((outcome) => ({ sample, outcome })));
    const first = inFlight.length === DECODES_IN_FLIGHT ? inFlight.shift() : undefined;
    if (first !== undefined) yield await first;
  }
}
