import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import ort from 'onnxruntime-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EvaluationOptions, evaluate } from '../../../src/evaluate/objective/evaluate.node.ts';
import { findPhotographs, pairsOfFolder, pairsOfModel } from '../../../src/evaluate/objective/evaluate-pairs.node.ts';
import { floatTensor } from '../../../src/graph-builder/ir/tensor.ts';
import { inferenceGraph } from '../../../src/graph-builder/networks/inference-network.ts';
import { transformNetworkParameters } from '../../../src/graph-builder/networks/transform-network.ts';
import { recipeNames, recipes } from '../../../src/graph-builder/objective/recipes.ts';
import { writeOnnx } from '../../../src/graph-builder/onnx/onnx-file.ts';
import { evaluationGraph, judgeGraph } from '../../../src/graph-builder/programs/training-graphs.ts';
import { encodePicture } from '../../../src/image/encode.node.ts';
import { fromPlanar, type Picture, toPlanar } from '../../../src/image/picture.ts';
import { floatData, toOrtTensor } from '../../../src/loss-network/objective/graph-session.ts';
import { loadObjective } from '../../../src/loss-network/objective/load-objective.node.ts';
import { objectiveFeeds } from '../../../src/loss-network/objective/objective-feeds.ts';
import { computeStyleTargets } from '../../../src/loss-network/objective/style-targets.ts';
import { initialState, parameterValues } from '../../../src/train/training-state.ts';
import { colourAt, paint, plainPicture, smoothPicture, vividPicture } from '../../helpers/pictures.ts';
import { negative } from '../../helpers/style-models.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';
import { writePatternVgg } from '../../helpers/training-files.ts';

const createSession = (model: Uint8Array) => ort.InferenceSession.create(model, { intraOpNumThreads: 1 });

/** Stripes and spots: a painting whose Gram matrices are far from those of the smooth photographs. */
const painting = paint(80, 64, (x, y) => [(x * 16) % 256, (y * 32) % 256, ((x + y) * 8) % 256]);

let folder: string;
let lossNetwork: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'impasto-test-'));
  // Deep enough for every recipe.
  lossNetwork = await writePatternVgg(folder, 'relu5_1');
  await encodePicture(painting, join(folder, 'painting.png'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Writes pictures into a new folder, under names such as `album/first.png`. */
async function folderOf(pictures: Readonly<Record<string, Picture>>): Promise<string> {
  const root = await temporaryFolder();
  for (const [name, picture] of Object.entries(pictures)) {
    await mkdir(dirname(join(root, name)), { recursive: true });
    await encodePicture(picture, join(root, name));
  }
  return root;
}

const judged = (options: Pick<EvaluationOptions, 'photographs' | 'pairOf'> & Partial<EvaluationOptions>) =>
  evaluate({
    style: join(folder, 'painting.png'),
    styleSize: 64,
    lossNetwork,
    recipe: 'balanced',
    pyramidLevels: 1,
    createSession,
    onStart: () => {},
    onPicture: () => {},
    ...options,
  });

async function judgeFolders(content: Readonly<Record<string, Picture>>, stylized: Readonly<Record<string, Picture>>) {
  const photographs = await findPhotographs(await folderOf(content));
  return judged({ photographs, pairOf: await pairsOfFolder(photographs, await folderOf(stylized), 512) });
}

const imageTensor = (picture: Picture) =>
  toOrtTensor(floatTensor([1, 3, picture.height, picture.width], toPlanar(picture)));

/** Σ of the squared differences of neighbours, on a 0..1 scale, over 3·H·W. */
function totalVariation(picture: Picture): number {
  const { width, height } = picture;
  let sum = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const here = colourAt(picture, x, y);
      const right = x + 1 < width ? colourAt(picture, x + 1, y) : here;
      const below = y + 1 < height ? colourAt(picture, x, y + 1) : here;
      here.forEach((value, channel) => {
        sum += ((right[channel] ?? 0) - value) ** 2 + ((below[channel] ?? 0) - value) ** 2;
      });
    }
  }
  return sum / (255 ** 2 * 3 * width * height);
}

describe('evaluate', () => {
  it('finds no content error in a photograph itself', async () => {
    const { images } = await judgeFolders({ 'a.png': smoothPicture() }, { 'a.png': smoothPicture() });
    expect(images).toHaveLength(1);
    expect(images[0]).toMatchObject({ name: 'a.png', content: 0 });
    expect(images[0]?.style).toBeGreaterThan(1e-4);
    expect(images[0]?.tv).toBeCloseTo(totalVariation(smoothPicture()), 7);
  });

  it('finds no style error in the painting itself', async () => {
    const { images } = await judgeFolders({ 'a.png': smoothPicture(80, 64) }, { 'a.png': painting });
    expect(images[0]?.style).toBeLessThan(1e-9);
    expect(images[0]?.content).toBeGreaterThan(1e-4);
    expect(images[0]?.tv).toBeCloseTo(totalVariation(painting), 6);
  });

  it.each(recipeNames)('weighs the terms of %s, and gives the means', async (recipe) => {
    const content = { 'a.png': smoothPicture(), 'b.png': vividPicture(70, 64) };
    const photographs = await findPhotographs(await folderOf(content));
    const pairOf = pairsOfModel({ stylize: async (picture) => negative(picture), fixedSize: null }, 512);
    const { images, mean, weights, layerWeights, failed } = await judged({ photographs, pairOf, recipe });
    expect(weights).toEqual(recipes[recipe].weights);
    expect(Object.keys(layerWeights)).toEqual(recipes[recipe].styleLayers);
    expect(failed).toEqual([]);
    expect(images.map(({ name }) => name)).toEqual(['a.png', 'b.png']);
    for (const { loss, content, style, tv } of images) {
      const sum = weights.content * content + weights.style * style + weights.tv * tv;
      expect(Math.abs(loss - sum) / sum).toBeLessThan(1e-5);
    }
    for (const term of ['loss', 'content', 'style', 'tv'] as const) {
      expect(mean[term]).toBe(((images[0]?.[term] ?? 0) + (images[1]?.[term] ?? 0)) / 2);
    }
  });

  it('gives what judge graph and evaluation graph give for the same pictures', async () => {
    const network = { channels: 2, upsampling: 'resize', padding: 'reflect', output: 'tanh' } as const;
    const parameters = parameterValues(initialState(transformNetworkParameters(network), 1));
    const model = await createSession(writeOnnx(inferenceGraph(network, parameters)));
    const photograph = smoothPicture(64, 64);
    const outputs = await model.run({ image: imageTensor(photograph) });
    const stylized = fromPlanar(floatData(outputs, 'stylized'), 64, 64);

    const photographs = await findPhotographs(await folderOf({ 'a.png': photograph }));
    const { images, weights, layerWeights } = await judged({
      photographs,
      pairOf: pairsOfModel({ stylize: async () => stylized, fixedSize: null }, 512),
    });

    const objective = await loadObjective(lossNetwork, recipes.balanced);
    const styleTargets = await computeStyleTargets(objective, painting, createSession);
    const constants = objectiveFeeds({ styleTargets, weights, layerWeights });
    const judge = await createSession(writeOnnx(judgeGraph(objective)));
    const pictures = { stylized: imageTensor(stylized), content: imageTensor(photograph) };
    const direct = await judge.run({ ...constants, ...pictures });
    const training = await createSession(writeOnnx(evaluationGraph({ network, objective, batch: 1, size: 64 })));
    const values = [...parameters].map(([name, tensor]) => [name, toOrtTensor(tensor)] as const);
    const trained = await training.run({
      ...constants,
      ...Object.fromEntries(values),
      content: imageTensor(photograph),
    });
    for (const term of ['loss', 'content', 'style', 'tv'] as const) {
      const output = term === 'loss' ? 'loss' : `loss.${term}`;
      const result = images[0]?.[term] ?? Number.NaN;
      expect(result).toBe(floatData(direct, output)[0]);
      // The evaluation graph judges the picture before it is rounded to 8 bits.
      const unrounded = floatData(trained, output)[0] ?? Number.NaN;
      expect(Math.abs(result - unrounded) / unrounded).toBeLessThan(0.01);
    }
    await Promise.all([model, judge, training].map((session) => session.release()));
  });

  it('leaves out what cannot be judged, and says why', async () => {
    const root = await folderOf({ 'good.png': smoothPicture(), 'tiny.png': plainPicture(40, 7, [1, 2, 3]) });
    await writeFile(join(root, 'text.jpg'), 'not a picture');
    const told: string[] = [];
    const { images, failed } = await judged({
      photographs: await findPhotographs(root),
      pairOf: pairsOfModel({ stylize: async (picture) => picture, fixedSize: null }, 512),
      onPicture: ({ name }) => told.push(name),
    });
    expect(images.map(({ name }) => name)).toEqual(['good.png']);
    expect(failed).toEqual([
      { name: 'text.jpg', reason: expect.stringContaining(`picture in ${join(root, 'text.jpg')}`) },
      { name: 'tiny.png', reason: 'Expected pictures of at least 8×8 pixels to judge but received 40×7' },
    ]);
    expect(told).toEqual(['good.png', 'text.jpg', 'tiny.png']);
  });

  it('fails when not one photograph can be judged', async () => {
    const photographs = await findPhotographs(await folderOf({ 'a.png': smoothPicture() }));
    const pairOf = () => Promise.reject(new Error('no paint left'));
    await expect(judged({ photographs, pairOf })).rejects.toThrow(
      'Expected at least one photograph that can be judged among 1 but there is none (a.png: no paint left)',
    );
  });
});

describe('pairs of a model', () => {
  const pairOf = async (picture: Picture, fixedSize: { width: number; height: number } | null, maxSide = 512) => {
    const [photograph] = await findPhotographs(await folderOf({ 'a.png': picture }));
    if (!photograph) throw new Error('Expected a photograph');
    return pairsOfModel({ stylize: async (given) => negative(given), fixedSize }, maxSide)(photograph);
  };

  it('reduce large photographs, keeping their proportions', async () => {
    const { photograph, stylized } = await pairOf(vividPicture(90, 60), null, 30);
    expect(photograph).toMatchObject({ width: 30, height: 20 });
    expect(stylized).toEqual(negative(photograph));
    expect(await pairOf(vividPicture(90, 60), null, 90)).toMatchObject({ photograph: { width: 90, height: 60 } });
  });

  it('cut photographs around the centre to the size that a model takes', async () => {
    const stripes = paint(90, 30, (x) => (x < 30 ? [255, 0, 0] : x < 60 ? [0, 255, 0] : [0, 0, 255]));
    const { photograph } = await pairOf(stripes, { width: 30, height: 30 }, 16);
    expect(photograph).toMatchObject({ width: 30, height: 30 });
    expect(colourAt(photograph, 0, 0)).toEqual([0, 255, 0]);
    expect(colourAt(photograph, 29, 29)).toEqual([0, 255, 0]);
  });
});

describe('pairs of a folder', () => {
  const match = async (
    content: readonly string[],
    stylized: readonly string[],
    sizes: Readonly<Record<string, Picture>> = {},
  ) => {
    const files = (names: readonly string[]) =>
      folderOf(Object.fromEntries(names.map((name) => [name, sizes[name] ?? smoothPicture(30, 20)])));
    const photographs = await findPhotographs(await files(content));
    const pairOf = await pairsOfFolder(photographs, await files(stylized), 60);
    return Promise.all(photographs.map(pairOf));
  };

  it('match names without their extensions, folders included', async () => {
    const pairs = await match(['a.jpg', 'album/a.webp'], ['a.png', 'album/a.jpg', 'another.png'], {
      'a.png': plainPicture(30, 20, [9, 9, 9]),
      'album/a.jpg': plainPicture(30, 20, [90, 90, 90]),
    });
    expect(pairs.map(({ stylized }) => colourAt(stylized, 5, 5))).toEqual([
      [9, 9, 9],
      [90, 90, 90],
    ]);
  });

  it('have the size of the stylized picture, reduced to what the judge takes', async () => {
    const sizes = { 'a.jpg': smoothPicture(90, 60), 'a.png': smoothPicture(45, 30), 'b.png': smoothPicture(120, 81) };
    const [a, b] = await match(['a.jpg', 'b.jpg'], ['a.png', 'b.png'], sizes);
    expect([a?.photograph.width, a?.photograph.height]).toEqual([45, 30]);
    expect([b?.photograph.width, b?.stylized.width, b?.stylized.height]).toEqual([60, 60, 41]);
  });

  it.each<[string, readonly string[], readonly string[], string]>([
    ['none', ['a.jpg', 'b.jpg'], ['a.png'], 'but there is none for b.jpg (1 of 2 photographs)'],
    [
      'none for many',
      ['a.jpg', 'b.jpg', 'c.jpg', 'd.jpg'],
      ['e.png'],
      'none for a.jpg, b.jpg, c.jpg and others (4 of 4',
    ],
    ['two', ['a.jpg'], ['a.png', 'a.webp'], 'Expected one stylized picture of the name a but found a.png and a.webp'],
    ['one for two', ['a.jpg', 'a.png'], ['a.png'], 'Expected one photograph of the name a but found a.jpg and a.png'],
    ['none at all', ['a.jpg'], [], 'Expected pictures'],
  ])('refuse %s', async (_, content, stylized, message) => {
    await expect(match(content, stylized)).rejects.toThrow(message);
  });

  it('refuse other proportions', async () => {
    const sizes = { 'a.png': smoothPicture(30, 21) };
    await expect(match(['a.jpg'], ['a.png'], sizes)).rejects.toThrow(
      'Expected a stylized picture of the proportions of its photograph (30×20 pixels) but it has 30×21',
    );
  });
});
