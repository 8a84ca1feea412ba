import { peakBytes } from '../graph-builder/ir/peak-bytes.ts';
import { type Graph, input } from '../graph-builder/ir/value.ts';
import { type Objective, perceive } from '../graph-builder/objective/objective.ts';
import { pictureGraphs } from '../graph-builder/programs/picture-graphs.ts';
import { CHANNELS, type PictureSize } from '../image/picture.ts';

/** What a process takes before any picture: Node, ONNX Runtime, the loss network's weights. */
const bytesOfProcess = 0.3e9;

/**
 * What a session takes for each byte of the results that it holds at a time: its memory grows in blocks, and convolutions
 * need room of their own. Of vgg19-lite and VGG-19 at 512 and 1024 pixels it was 1.5 to 2.2.
 */
const sessionShare = 2.2;

/** How many bytes of memory it takes to optimise a picture, estimated from its graph. */
export function bytesForPicture(objective: Objective, { width, height }: PictureSize): number {
  return bytesOf(pictureGraphs({ objective, width, height }).repeated);
}

/** How many bytes of memory it takes to look at a painting, estimated as of a picture. */
export function bytesForPainting(objective: Objective, { width, height }: PictureSize): number {
  const image = input('image', 'float32', [1, CHANNELS, height, width]);
  const outputs = [...perceive(objective, image).gramMatrices].map(([name, value]) => ({ name, value }));
  return bytesOf({ name: 'painting', inputs: [image], outputs });
}

function bytesOf(graph: Graph): number {
  return bytesOfProcess + sessionShare * peakBytes(graph);
}

/**
 * Checks that a picture can be optimised on the CPU in the memory that there is.
 * @param available bytes
 * @returns the bytes that it takes
 * @throws one sentence that says what it would take, and which size fits
 */
export function requireMemory(
  objective: Objective,
  { picture, painting }: { readonly picture: PictureSize; readonly painting: PictureSize },
  available: number,
): number {
  const pictureNeeds = bytesForPicture(objective, picture);
  const paintingNeeds = bytesForPainting(objective, painting);
  if (pictureNeeds > available) {
    const side = fittingSide(Math.max(picture.width, picture.height), pictureNeeds, available);
    throw tooLarge(`to optimise a picture of ${pixels(picture)}`, pictureNeeds, available, `--max-size ${side}`);
  }
  if (paintingNeeds > available) {
    const side = fittingSide(Math.min(painting.width, painting.height), paintingNeeds, available);
    throw tooLarge(`to look at a painting of ${pixels(painting)}`, paintingNeeds, available, `--style-size ${side}`);
  }
  return Math.max(pictureNeeds, paintingNeeds);
}

/** The memory grows with the area. */
function fittingSide(side: number, needed: number, available: number): number {
  const share = Math.max(0, available - bytesOfProcess) / (needed - bytesOfProcess);
  return Math.floor(side * Math.sqrt(share));
}

function tooLarge(purpose: string, needed: number, available: number, remedy: string): Error {
  return new Error(
    `Expected ${gigabytes(needed)} of free memory ${purpose} but there are ${gigabytes(available)}: reduce it with ${remedy}`,
  );
}

function pixels({ width, height }: PictureSize): string {
  return `${width}×${height} pixels`;
}

/** Bytes in words: `1.3 GB`. */
export function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
