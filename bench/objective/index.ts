import { basename, extname, join } from 'node:path';
import { makeFolder } from '../../src/files/make-folder.node.ts';
import { decodeResized, decodeWithin } from '../../src/image/decode.node.ts';
import { encodePicture } from '../../src/image/encode.node.ts';
import type { Picture } from '../../src/image/picture.ts';
import { placeSideBySide } from '../../src/image/side-by-side.node.ts';
import { createWritingSession } from '../../src/infer/session.node.ts';
import { loadObjective } from '../../src/loss-network/objective/load-objective.node.ts';
import { optimizePicture } from '../../src/optimize/optimize-picture.node.ts';
import { type Candidate, candidates } from './candidates.ts';

export interface ObjectiveOptions {
  readonly photograph: string;
  readonly paintings: readonly string[] | undefined;
  readonly out: string | undefined;
  /** Of the picture's long side, in pixels. */
  readonly size: number;
  readonly iterations: number;
  readonly lossNetwork: string;
  readonly threads: number;
}

/** What a painting's short side is to a picture's long side: its motifs then have the room that suits the picture. */
const paintingShare = 0.75;

/**
 * The laboratory of the objective: paints one photograph after each painting by changing its pixels, once by each
 * candidate. What an objective cannot do here no network will learn. Writes a picture for each, and for each painting a
 * sheet with the painting and the candidates in their order.
 * @throws if no paintings or no folder is given
 */
export async function benchObjective(options: ObjectiveOptions): Promise<object> {
  const { photograph, paintings, out, size } = options;
  if (!paintings?.length || out === undefined) {
    throw new Error('Expected paintings and a folder: --paintings FILE… --out FOLDER');
  }
  await makeFolder(out);
  const content = await decodeWithin(photograph, { longSide: size });
  const rows: object[] = [];
  for (const painting of paintings) {
    const style = await decodeResized(painting, { shortSide: Math.round(paintingShare * size) });
    const name = basename(painting, extname(painting));
    const pictures: Picture[] = [style];
    for (const candidate of candidates) {
      const { picture, losses } = await paint(candidate, content, style, options);
      await encodePicture(picture, join(out, `${name}-${candidate.name}.png`));
      pictures.push(picture);
      rows.push({ painting: name, candidate: candidate.name, ...losses });
    }
    await encodePicture(await placeSideBySide(pictures, content.height), join(out, `${name}.png`));
  }
  return { bench: 'objective', photograph: basename(photograph), size, iterations: options.iterations, rows };
}

async function paint({ recipe }: Candidate, photograph: Picture, painting: Picture, options: ObjectiveOptions) {
  const { iterations, lossNetwork, threads } = options;
  const { weights, layerWeights } = recipe;
  return optimizePicture({
    ...{ photograph, painting, weights, layerWeights, iterations },
    objective: await loadObjective(lossNetwork, recipe),
    target: 'cpu',
    createSession: (model) => createWritingSession(model, { device: 'cpu', threads }),
    signal: new AbortController().signal,
    onIteration: async () => {},
  });
}
