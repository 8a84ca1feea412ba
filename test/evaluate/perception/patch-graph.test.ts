import { describe, expect, it } from 'vitest';
import { patchGraph } from '../../../src/evaluate/perception/patch-graph.ts';
import { type NumberTensor, numberTensor } from '../../helpers/number-tensor.ts';
import { randomTensor } from '../../helpers/random.ts';
import { runGraph } from '../../helpers/run-graph.ts';

interface Patches {
  readonly picture: NumberTensor;
  readonly photograph: NumberTensor;
  readonly painting: NumberTensor;
}

async function measure(patches: Patches) {
  const { motifs, unpainted } = await runGraph(patchGraph(), { ...patches });
  return { motifs: motifs?.data[0] ?? Number.NaN, unpainted: unpainted?.data[0] ?? Number.NaN };
}

/** The patches of [1, C, P] as vectors. */
function vectors({ shape, data }: NumberTensor): readonly (readonly number[])[] {
  const [, channels = 0, count = 0] = shape;
  return Array.from({ length: count }, (_, patch) =>
    Array.from({ length: channels }, (_, channel) => data[channel * count + patch] ?? 0),
  );
}

const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, x, index) => sum + x * (b[index] ?? 0), 0);
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** The same in float64, patch by patch. */
function reference({ picture, photograph, painting }: Patches) {
  const centre = vectors(painting).reduce((sum, patch) => sum.map((value, index) => value + (patch[index] ?? 0)));
  const count = vectors(painting).length;
  const centred = (patches: NumberTensor) =>
    vectors(patches).map((patch) => patch.map((value, index) => value - (centre[index] ?? 0) / count));
  const distance = (a: readonly number[], b: readonly number[]) => 1 - dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
  const nearest = (patch: readonly number[], among: readonly (readonly number[])[]) =>
    Math.min(...among.map((other) => distance(patch, other)));
  const [ours, theirs, source] = [centred(picture), centred(painting), centred(photograph)];
  const ratios = ours.map((patch) => {
    const [a, b] = [nearest(patch, theirs), nearest(patch, source)];
    return a / (a + b);
  });
  return { motifs: mean(theirs.map((patch) => nearest(patch, ours))), unpainted: mean(ratios) };
}

const random = (patches: number, seed: number) => randomTensor([1, 5, patches], seed, 0, 2);

/** Patches of several pictures in one. */
function joined(...all: readonly NumberTensor[]): NumberTensor {
  const patches = all.flatMap(vectors);
  return numberTensor(
    [1, 5, patches.length],
    Array.from({ length: 5 }, (_, channel) => patches.map((patch) => patch[channel] ?? 0)).flat(),
  );
}

describe('patches of a picture', () => {
  it('are measured as in float64', async () => {
    const patches = { picture: random(7, 1), photograph: random(11, 2), painting: random(13, 3) };
    const [actual, expected] = [await measure(patches), reference(patches)];
    expect(actual.motifs).toBeCloseTo(expected.motifs, 5);
    expect(actual.unpainted).toBeCloseTo(expected.unpainted, 5);
  });

  it("lack no motif and are painted if they are the painting's", async () => {
    const painting = random(9, 4);
    const { motifs, unpainted } = await measure({ picture: painting, photograph: random(8, 5), painting });
    expect(motifs).toBeCloseTo(0, 5);
    expect(unpainted).toBeCloseTo(0, 4);
  });

  it("are unpainted if they are the photograph's", async () => {
    const photograph = random(9, 6);
    const { unpainted } = await measure({ picture: photograph, photograph, painting: random(8, 7) });
    expect(unpainted).toBeCloseTo(1, 4);
  });

  it('lack the fewer motifs the more of them there are', async () => {
    const [half, rest, photograph] = [random(6, 8), random(6, 9), random(6, 10)];
    const painting = joined(half, rest);
    const few = await measure({ picture: joined(photograph), photograph, painting });
    const some = await measure({ picture: joined(photograph, half), photograph, painting });
    const all = await measure({ picture: joined(photograph, half, rest), photograph, painting });
    expect(few.motifs).toBeGreaterThan(some.motifs);
    expect(some.motifs).toBeGreaterThan(all.motifs);
    expect(few.unpainted).toBeGreaterThan(some.unpainted);
  });
});
