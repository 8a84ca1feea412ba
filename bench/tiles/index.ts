import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { z } from 'zod';
import { samplePhotograph } from '../../src/dataset/sample-photographs.node.ts';
import { decodePicture } from '../../src/image/decode.node.ts';
import { CHANNELS, type Picture } from '../../src/image/picture.ts';
import { defaultTile } from '../../src/infer/tiles/painter.ts';
import { planTiles } from '../../src/infer/tiles/plan.ts';

export interface TilesOptions {
  readonly model: string | undefined;
  readonly width: number;
  readonly height: number;
  readonly threads: number;
}

const resultSchema = z.object({ seconds: z.number(), peakMegabytes: z.number() });

/**
 * A large picture painted in tiles, file to file: the time, the peak memory of the process, and whether the tiles are to be
 * seen: the mean step between neighbouring pixels where tiles meet, as a ratio to that between the columns beside.
 * @throws if no model is given
 */
export async function benchTiles({ model, width, height, threads }: TilesOptions): Promise<object> {
  if (model === undefined) throw new Error('Expected a style to paint with: --model FILE');
  const folder = await mkdtemp(join(tmpdir(), 'impasto-tiles-'));
  try {
    const [input, output] = [join(folder, 'photograph.jpg'), join(folder, 'painted.png')];
    await sharp(samplePhotograph('roman-arches')).resize({ width, height, fit: 'fill' }).toFile(input);
    const program = fileURLToPath(new URL('paint.ts', import.meta.url));
    const argv = ['--import', 'tsx', program, model, input, output, String(threads)];
    const { stdout } = await promisify(execFile)(process.execPath, argv);
    const { seconds, peakMegabytes } = resultSchema.parse(JSON.parse(stdout));
    const seam = seamRatio(await decodePicture(output, Number.POSITIVE_INFINITY));
    return { bench: 'tiles', width, height, threads, seconds, peakMegabytes, seam };
  } finally {
    await rm(folder, { recursive: true });
  }
}

function seamRatio(picture: Picture): number {
  const lefts = new Set(planTiles(picture, defaultTile).map(({ kept }) => kept.left));
  const borders = [...lefts].filter((left) => left > 0);
  const atBorders = meanOf(borders.map((x) => columnStep(picture, x)));
  // Of the same phase: networks paint blocks of four columns, and between blocks the step is larger everywhere.
  const beside = meanOf(borders.flatMap((x) => [-8, -4, 4, 8].map((shift) => columnStep(picture, x + shift))));
  return atBorders / beside;
}

/** The mean difference of a column's pixels from those to their left. */
function columnStep({ width, height, data }: Picture, x: number): number {
  let sum = 0;
  for (let y = 0; y < height; y++) {
    for (let channel = 0; channel < CHANNELS; channel++) {
      const index = CHANNELS * (y * width + x) + channel;
      sum += Math.abs((data[index] ?? 0) - (data[index - CHANNELS] ?? 0));
    }
  }
  return sum / (CHANNELS * height);
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
