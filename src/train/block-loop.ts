import type { DataCursor } from './data/sampler.ts';
import type { TrainingLoop } from './loop.ts';
import { type TrainingBlock, trainingBlock } from './training-block.ts';
import type { TrainingState } from './training-state.ts';

/** What the loop in blocks is given: as the loop in single steps, with one graph in place of its two. */
export interface BlockLoop extends Omit<TrainingLoop, 'sessions'> {
  readonly block: TrainingBlock;
  /** The most steps that one run makes. */
  readonly stepsPerRun: number;
  /** A block ends wherever a checkpoint is due: after every so many steps. */
  readonly checkpointEvery: number;
}

/**
 * Trains as `trainingLoop` does, several steps in one run of the session. Only the state after a block is known: `onStep`
 * is called for every step of it, once the block is done, with that state.
 * @returns the last state
 */
export async function blockLoop(loop: BlockLoop, start: TrainingState): Promise<TrainingState> {
  let state = start;
  while (state.step < loop.steps && !loop.signal.aborted) {
    const began = loop.now();
    const { content, cursor } = await nextBatches(loop, blockLength(loop, state.step), state.cursor);
    const learningRates = content.map(() => loop.learningRate);
    const { losses, parameters } = await trainingBlock(loop.block, state, joined(content), learningRates);
    const firstStep = state.step + 1;
    state = { step: state.step + losses.length, cursor, parameters };
    const secondsPerStep = (loop.now() - began) / losses.length;
    const imagesPerSecond = loop.batch / secondsPerStep;
    for (const [index, terms] of losses.entries()) {
      await loop.onStep({ step: firstStep + index, ...terms, secondsPerStep, imagesPerSecond }, state);
    }
  }
  return state;
}

/** Steps of the next block: to the next checkpoint or the end of the run, if they are nearer than a whole block. */
export function blockLength(
  { stepsPerRun, checkpointEvery, steps }: Pick<BlockLoop, 'stepsPerRun' | 'checkpointEvery' | 'steps'>,
  step: number,
): number {
  return Math.min(stepsPerRun, steps - step, checkpointEvery - (step % checkpointEvery));
}

async function nextBatches({ nextBatch }: BlockLoop, count: number, start: DataCursor) {
  const content: Float32Array[] = [];
  let cursor = start;
  for (let index = 0; index < count; index++) {
    const batch = await nextBatch();
    content.push(batch.data);
    cursor = batch.cursor;
  }
  return { content, cursor };
}

function joined(arrays: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(arrays.reduce((length, array) => length + array.length, 0));
  let offset = 0;
  for (const array of arrays) {
    all.set(array, offset);
    offset += array.length;
  }
  return all;
}
