import ort from 'onnxruntime-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { faults } from '../../../bench/measures/faults.ts';
import { measureNames } from '../../../src/evaluate/perception/measures.ts';
import { openPerceptionJudge } from '../../../src/evaluate/perception/open-perception-judge.node.ts';
import { createPerceptionJudge, type PerceptionJudge } from '../../../src/evaluate/perception/perception-judge.ts';
import { loadPerceptionNetwork } from '../../../src/evaluate/perception/perception-network.node.ts';
import { decodeWithin } from '../../../src/image/decode.node.ts';
import type { Picture } from '../../../src/image/picture.ts';
import { resizePicture } from '../../../src/image/resize.node.ts';
import { hasShared, sharedPath } from '../../../tools/shared-data/shared.ts';
import { paint, plainPicture, smoothPicture } from '../../helpers/pictures.ts';
import { tinyVggWeights } from '../../helpers/vgg-files.ts';

const createSession = (model: Uint8Array) => ort.InferenceSession.create(model, { intraOpNumThreads: 1 });

/** Stripes and spots. */
const painting = paint(64, 48, (x, y) => [(x * 16) % 256, (y * 32) % 256, ((x + y) * 8) % 256]);

/** A picture somewhere between two of one size. */
function between(from: Picture, to: Picture, part: number): Picture {
  return { ...from, data: from.data.map((value, index) => value + part * ((to.data[index] ?? 0) - value)) };
}

describe('the judge of what eyes see', () => {
  let judge: PerceptionJudge;
  beforeAll(async () => {
    const weights = tinyVggWeights('vgg19', 'relu5_1');
    judge = await createPerceptionJudge({ weights, painting, paintings: [painting], createSession });
  });
  afterAll(() => judge.release());

  it('finds nothing between a picture and the painting if they are the same', async () => {
    // All of a plain photograph is flat.
    const measures = await judge.measure({ stylized: painting, photograph: plainPicture(64, 48, [90, 90, 90]) });
    for (const name of ['motifs', 'style', 'colour', 'unpainted']) expect(measures[name]).toBeCloseTo(0, 4);
    expect(measures.content).toBeGreaterThan(0.01);
    expect(measures['style.relu5_1']).toBeCloseTo(0, 4);
  });

  it('finds nothing between a picture and its photograph if they are the same', async () => {
    const photograph = smoothPicture(64, 48);
    const measures = await judge.measure({ stylized: photograph, photograph });
    expect(measures.content).toBe(0);
    expect(measures.unpainted).toBeCloseTo(1, 2);
    expect(measures.motifs).toBeGreaterThan(0.01);
  });

  it('finds the more of the photograph the less a picture is painted', async () => {
    // All of it is flat.
    const photograph = plainPicture(64, 48, [90, 120, 150]);
    const measured = [];
    for (const part of [0, 0.5, 1]) {
      measured.push(await judge.measure({ stylized: between(painting, photograph, part), photograph }));
    }
    for (const name of ['motifs', 'unpainted', 'style', 'colour']) {
      const values = measured.map((measures) => measures[name] ?? Number.NaN);
      expect(values, name).toEqual(values.toSorted((a, b) => a - b));
      expect(values[0], name).toBeLessThan(values[2] ?? Number.NaN);
    }
    expect(measured[0]?.content).toBeGreaterThan(measured[1]?.content ?? Number.NaN);
  });

  it('gives the means over layers, and each layer', async () => {
    const measures = await judge.measure({
      stylized: smoothPicture(64, 48),
      photograph: plainPicture(64, 48, [9, 9, 9]),
    });
    expect(Object.keys(measures)).toEqual(expect.arrayContaining([...measureNames]));
    for (const [name, layers] of [
      ['style', 5],
      ['content', 5],
      ['motifs', 2],
      ['unpainted', 2],
    ] as const) {
      const values = Object.entries(measures).filter(([key]) => key.startsWith(`${name}.relu`));
      expect(values).toHaveLength(layers);
      expect(measures[name]).toBeCloseTo(values.reduce((sum, [, value]) => sum + value, 0) / layers, 9);
    }
  });

  it('refuses pictures of two sizes, and those that are too small for the deepest layer', async () => {
    const measure = (stylized: Picture, photograph: Picture) => judge.measure({ stylized, photograph });
    await expect(measure(smoothPicture(64, 48), smoothPicture(48, 64))).rejects.toThrow('64×48');
    await expect(measure(smoothPicture(64, 15), smoothPicture(64, 15))).rejects.toThrow('at least 16×16 pixels');
  });
});

describe.skipIf(!hasShared)('published pictures', () => {
  const files = [
    ['chicago', 'candy', 'chicago_candy.jpg'],
    ['chicago', 'udnie', 'chicago_udnie.jpg'],
  ] as const;

  it.each(files)('of %s in the style of %s have more motifs than spoilt copies', async (content, style, file) => {
    const photograph = await decodeWithin(sharedPath(`data/content/${content}.jpg`), { longSide: 256 });
    const whole = await decodeWithin(sharedPath(`data/peer-outputs/${file}`), { longSide: 256 });
    const stylized = await resizePicture(whole, photograph, 'fill');
    const picture = sharedPath(`data/styles/${style}.jpg`);
    const network = await loadPerceptionNetwork('vgg19-lite');
    const judge = await openPerceptionJudge({ style: picture, styleSize: 192, network, createSession });
    const original = { stylized, photograph, painting: await decodeWithin(picture, { longSide: 256 }) };
    const better = await judge.measure(original);
    for (const fault of ['half the photograph', 'blurred', 'colours alone']) {
      const spoilt = await faults[fault]?.(original);
      if (!spoilt) throw new Error(`Expected the fault ${fault}`);
      const worse = await judge.measure({ photograph, stylized: spoilt });
      expect(worse.motifs, fault).toBeGreaterThan(better.motifs ?? Number.NaN);
      expect(worse.unpainted, fault).toBeGreaterThan(better.unpainted ?? Number.NaN);
    }
    await judge.release();
  });
});
