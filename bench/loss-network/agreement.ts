import { recipes } from '../../src/graph-builder/objective/recipes.ts';
import { decodeResized } from '../../src/image/decode.node.ts';
import { findPictures } from '../../src/image/find.node.ts';
import { createWritingSession } from '../../src/infer/session.node.ts';
import { loadObjective } from '../../src/loss-network/objective/load-objective.node.ts';
import { computeStyleTargets } from '../../src/loss-network/objective/style-targets.ts';

export interface AgreementOptions {
  /** The loss networks that stand in for the other. */
  readonly students: readonly string[];
  readonly teacher: string;
  /** Folders of pictures, by what they are called in the result. */
  readonly pictures: Readonly<Record<string, string>>;
  /** How many pictures of each folder, evenly spread over it. */
  readonly count: number;
  readonly threads: number;
}

const layers = ['relu2_1', 'relu3_1', 'relu4_1'];

/**
 * How far the Gram matrices that small loss networks see are from their teacher's: squared error over squared norm, the mean
 * over the pictures, at a short side of 256 pixels; of plain Gram matrices and of those that the recipe `motifs` compares.
 */
export async function benchAgreement({ students, teacher, pictures, count, threads }: AgreementOptions) {
  const createSession = (model: Uint8Array) => createWritingSession(model, { device: 'cpu', threads });
  const seen = async (lossNetwork: string, meanDiscount: number, files: readonly string[]) => {
    const objective = await loadObjective(lossNetwork, { ...recipes.motifs, pyramidLevels: 1, meanDiscount });
    const all: ReadonlyMap<string, { readonly data: Float32Array }>[] = [];
    for (const file of files) {
      all.push(await computeStyleTargets(objective, await decodeResized(file, { shortSide: 256 }), createSession));
    }
    return all;
  };
  const results: object[] = [];
  for (const [kind, folder] of Object.entries(pictures)) {
    const found = await findPictures(folder);
    const files = found
      .filter((_, index) => index % Math.max(1, Math.floor(found.length / count)) === 0)
      .slice(0, count);
    for (const meanDiscount of [0, recipes.motifs.meanDiscount]) {
      const expected = await seen(teacher, meanDiscount, files);
      for (const student of students) {
        const received = await seen(student, meanDiscount, files);
        const errors = layers.map((layer) => {
          const each = files.map((_, index) =>
            relativeError(
              received[index]?.get(`style.${layer}`)?.data ?? new Float32Array(),
              expected[index]?.get(`style.${layer}`)?.data ?? new Float32Array(),
            ),
          );
          return [layer, each.reduce((sum, error) => sum + error, 0) / each.length] as const;
        });
        results.push({ pictures: kind, count: files.length, meanDiscount, student, ...Object.fromEntries(errors) });
      }
    }
  }
  return { bench: 'agreement', teacher, results };
}

function relativeError(received: Float32Array, expected: Float32Array): number {
  let [error, norm] = [0, 0];
  for (const [index, value] of expected.entries()) {
    error += (value - (received[index] ?? Number.NaN)) ** 2;
    norm += value ** 2;
  }
  return error / norm;
}
