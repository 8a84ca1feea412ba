import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodePicture } from '../../src/image/encode.node.ts';
import { encodeWeights } from '../../src/loss-network/weights/canonical-weights.ts';
import { type Colour, paint } from './pictures.ts';
import { tinyVggWeights } from './vgg-files.ts';

/** Writes `count` different small photographs into a folder and returns its path. */
export async function makePhotographs(folder: string, count: number): Promise<string> {
  await mkdir(folder, { recursive: true });
  for (let number = 0; number < count; number++) {
    const colourAt = (x: number, y: number): Colour => [
      128 + 100 * Math.sin((x + 13 * number) / 7),
      128 + 100 * Math.cos((y - 5 * number) / 9),
      (x * (number + 1) + y * 3) % 256,
    ];
    await encodePicture(paint(96 + number, 80, colourAt), join(folder, `photograph-${number}.png`));
  }
  return folder;
}

/** Writes made-up VGG-19 weights up to a layer, scaled so that features neither vanish nor explode; returns the path. */
export async function writePatternVgg(folder: string, layer: string): Promise<string> {
  const path = join(folder, `vgg19-to-${layer}.safetensors`);
  await writeFile(path, encodeWeights(tinyVggWeights('vgg19', layer)));
  return path;
}
