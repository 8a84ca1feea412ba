import { processorPictureGraphs } from '../graph-builder/artifacts/picture-graphs.ts';
import { peakBytes } from '../graph-builder/ir/peak-bytes.ts';
import type { Objective } from '../graph-builder/objective/objective.ts';
import type { PictureSize } from '../image/picture.ts';

/** What a process takes before any picture: Node, ONNX Runtime, the loss network's weights. */
const bytesOfProcess = 0.3e9;

/**
 * What a session takes for each byte of the results that it holds at a time: its memory grows in blocks, and convolutions
 * need room of their own. Of vgg19-lite and VGG-19 at 512 and 1024 pixels it was 1.7 to 2.2.
 */
const sessionShare = 2.2;

/** How many bytes of memory it takes to optimise a picture on the CPU, estimated from its graph. */
export function bytesNeeded(objective: Objective, { width, height }: PictureSize): number {
  const { repeated } = processorPictureGraphs({ objective, width, height });
  return bytesOfProcess + sessionShare * peakBytes(repeated);
}

/**
 * Checks that a picture can be optimised on the CPU in the memory that there is.
 * @param available bytes
 * @returns the bytes that it takes
 * @throws one sentence that says what it would take, and which size fits
 */
export function requireMemory(objective: Objective, size: PictureSize, available: number): number {
  const needed = bytesNeeded(objective, size);
  if (needed <= available) return needed;
  const { width, height } = size;
  const share = Math.max(0, available - bytesOfProcess) / (needed - bytesOfProcess);
  const fitting = Math.floor(Math.max(width, height) * Math.sqrt(share));
  throw new Error(
    `Expected ${gigabytes(needed)} of free memory to optimise a picture of ${width}×${height} pixels but there are ` +
      `${gigabytes(available)}: reduce it with --max-size ${fitting}`,
  );
}

/** Bytes in words: `1.3 GB`. */
export function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
