import { readFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import ort from 'onnxruntime-node';
import { describe, expect, it, onTestFinished } from 'vitest';
import { symbolic } from '../../src/graph-builder/ir/dimension.ts';
import { intTensor } from '../../src/graph-builder/ir/tensor.ts';
import { constant, type Graph, input } from '../../src/graph-builder/ir/value.ts';
import { writeOnnx } from '../../src/graph-builder/onnx/onnx-file.ts';
import {
  averagePool,
  cast,
  concat,
  div,
  END,
  mul,
  pad,
  reduceMean,
  slice,
  sub,
  transpose,
} from '../../src/graph-builder/operators/index.ts';
import { optimizerGraph } from '../../src/graph-builder/programs/optimizer-graph.ts';
import { decodeResized } from '../../src/image/decode.node.ts';
import { fromPlanar, type Picture, toPlanar } from '../../src/image/picture.ts';
import { type Stylizer, stylizerOf } from '../../src/infer/stylizer.ts';
import { rgbaPictures } from '../../src/lowering/export/rgba-pictures.ts';
import { hasShared, sharedPath } from '../../tools/shared-data/shared.ts';
import { plainPicture, vividPicture } from '../helpers/pictures.ts';
import {
  anySize,
  identityGraph,
  negative,
  negativeGraph,
  pixelGraph,
  untrainedGraph,
} from '../helpers/style-models.ts';

/** A session of a graph, or of a file's bytes, for the current test. */
async function openSession(model: Graph | Uint8Array): Promise<ort.InferenceSession> {
  const bytes = model instanceof Uint8Array ? model : writeOnnx(model);
  const session = await ort.InferenceSession.create(bytes, { intraOpNumThreads: 1, logSeverityLevel: 4 });
  onTestFinished(() => session.release());
  return session;
}

const open = async (model: Graph | Uint8Array): Promise<Stylizer> => stylizerOf(await openSession(model));

async function refusalOf(model: Graph | Uint8Array): Promise<unknown> {
  return open(model).catch((error: Error) => error.message);
}

/** The session with another `run`. */
function withRun(session: ort.InferenceSession, run: Run): ort.InferenceSession {
  return new Proxy(session, { get: (target, key) => (key === 'run' ? run : Reflect.get(target, key)) });
}

type Run = (feeds: ort.InferenceSession.FeedsType) => Promise<ort.InferenceSession.ReturnType>;

const sizeOf = ({ width, height }: Picture) => `${width}×${height}`;

describe('a stylizer', () => {
  it.each([
    [1, 1],
    [1, 9],
    [7, 5],
    [33, 64],
    [40, 40],
    [61, 3],
  ])('gives a picture of %i×%i pixels back at that size', async (width, height) => {
    const stylizer = await open(untrainedGraph());
    expect(stylizer.fixedSize).toBeNull();
    const stylized = await stylizer.stylize(vividPicture(width, height));
    expect(sizeOf(stylized)).toBe(`${width}×${height}`);
    expect(stylized.data).toHaveLength(3 * width * height);
  });

  it('gives what the network gives, rounded to whole numbers', async () => {
    const session = await openSession(untrainedGraph());
    const picture = vividPicture(30, 21);
    const image = new ort.Tensor('float32', toPlanar(picture), [1, 3, 21, 30]);
    const { stylized } = await session.run({ image });
    if (!(stylized?.data instanceof Float32Array)) throw new Error('Expected a float32 picture');
    expect(await stylizerOf(session).stylize(picture)).toEqual(fromPlanar(stylized.data, 30, 21));
  });

  it('keeps rows, columns and channels in their places, whatever the tensors are called', async () => {
    const picture = vividPicture(13, 8);
    expect(await (await open(negativeGraph())).stylize(picture)).toEqual(negative(picture));
  });

  it('clamps to 0..255', async () => {
    const stylizer = await open(pixelGraph((image) => mul(sub(image, 128), 4)));
    const stylized = await stylizer.stylize(plainPicture(2, 2, [100, 150, 250]));
    expect([...stylized.data.slice(0, 3)]).toEqual([0, 88, 255]);
  });

  it('refuses what is not a number', async () => {
    const stylizer = await open(pixelGraph((image) => div(image, 0)));
    await expect(stylizer.stylize(plainPicture(2, 2, [0, 1, 2]))).rejects.toThrow('Expected finite pixel values');
  });

  it('cuts the rows and columns by which a network rounds up', async () => {
    const stylizer = await open(
      pixelGraph((image) => pad(image, constant(intTensor([0, 0, 0, 0, 0, 0, 3, 1])), 'edge')),
    );
    const picture = vividPicture(5, 7);
    expect(await stylizer.stylize(picture)).toEqual(picture);
  });

  it.each([
    ['smaller', pixelGraph((image) => slice(image, { axes: [2], starts: [1], ends: [END] })), '[1, 3, 6, 5]'],
    [
      'much larger',
      pixelGraph((image) => pad(image, constant(intTensor([0, 0, 0, 0, 0, 0, 4, 0])), 'edge')),
      '[1, 3, 11, 5]',
    ],
  ])('refuses an output that is %s', async (_, graph, shape) => {
    const stylizer = await open(graph);
    await expect(stylizer.stylize(vividPicture(5, 7))).rejects.toThrow(
      `Expected a stylized picture [1, 3, 7, 5] but the model gave ${shape}`,
    );
  });

  it('says on which picture the model failed', async () => {
    const failing = withRun(await openSession(identityGraph()), () => Promise.reject(new Error('out of memory')));
    await expect(stylizerOf(failing).stylize(vividPicture(5, 7))).rejects.toThrow(
      'The model failed on a picture of 5×7 pixels: out of memory',
    );
  });

  it('takes a model of one size with pictures of that size only', async () => {
    const stylizer = await open(negativeGraph([1, 3, 6, 9]));
    expect(stylizer.fixedSize).toEqual({ width: 9, height: 6 });
    expect(await stylizer.stylize(vividPicture(9, 6))).toEqual(negative(vividPicture(9, 6)));
    await expect(stylizer.stylize(vividPicture(6, 9))).rejects.toThrow(
      'Expected a picture of 9×6 pixels, the only size that this model takes, but received 6×9; resize it first',
    );
  });

  it('takes and gives bytes of RGBA where the model does', async () => {
    const stylizer = await open(rgbaPictures(negativeGraph()));
    expect(stylizer.fixedSize).toBeNull();
    expect(await stylizer.stylize(vividPicture(9, 6))).toEqual(negative(vividPicture(9, 6)));
    const fixed = await open(rgbaPictures(negativeGraph([1, 3, 6, 9])));
    expect(fixed.fixedSize).toEqual({ width: 9, height: 6 });
  });

  it('runs overlapping calls one after another, and goes on after one that failed', async () => {
    const session = await openSession(negativeGraph());
    let running = 0;
    let most = 0;
    const watched = withRun(session, async (feeds) => {
      running += 1;
      most = Math.max(most, running);
      await setTimeout(5);
      return session.run(feeds).finally(() => {
        running -= 1;
      });
    });
    const stylizer = stylizerOf(watched);
    const pictures = [vividPicture(4, 4), vividPicture(9, 2), vividPicture(3, 8)];
    const broken = { width: 2, height: 2, data: new Uint8Array(5) };
    const results = await Promise.allSettled([broken, ...pictures].map((picture) => stylizer.stylize(picture)));
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled', 'fulfilled']);
    expect(results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))).toEqual(
      pictures.map(negative),
    );
    expect(most).toBe(1);
  });
});

describe('a model that is not a style network is refused', () => {
  const [N, H, W] = [symbolic('N'), symbolic('H'), symbolic('W')];
  const twoInputs = () => {
    const [image, strength] = [input('image', 'float32', anySize), input('strength', 'float32', [])];
    return { name: 'two', inputs: [image, strength], outputs: [{ name: 'out', value: mul(image, strength) }] };
  };
  const bytesIn = () => {
    const image = input('image', 'uint8', anySize);
    return { name: 'bytes', inputs: [image], outputs: [{ name: 'out', value: cast(image, 'float32') }] };
  };
  const halved = () =>
    pixelGraph((x) => averagePool(x, { kernel_shape: [2, 2], strides: [2, 2], pads: [0, 0, 0, 0] }), [1, 3, 8, 8]);
  const input3 = 'one float32 input [N, 3, H, W]';

  const bytesOut = () => {
    const image = input('image', 'float32', [1, 3, H, W]);
    const bytes = cast(concat([transpose(image, [0, 2, 3, 1]), transpose(image, [0, 2, 3, 1])], 3), 'uint8');
    const rgba = slice(bytes, { axes: [3], starts: [0], ends: [4] });
    return { name: 'bytes', inputs: [image], outputs: [{ name: 'out', value: rgba }] };
  };

  it.each<[string, () => Graph, string]>([
    [
      'bytes for floats',
      bytesOut,
      'one output of the same type, but the model has the input image: float32 [1, 3, H, W]',
    ],
    ['two inputs', twoInputs, `${input3}, but the model has 2 inputs (image, strength)`],
    ['bytes', bytesIn, `${input3}, but the model has the input image: uint8 [N, 3, H, W]`],
    [
      'one channel',
      () => identityGraph([N, 1, H, W]),
      `${input3}, but the model has the input pixels in: float32 [N, 1`,
    ],
    ['a batch of four', () => identityGraph([4, 3, H, W]), 'pixels in: float32 [4, 3, H, W]'],
    ['three dimensions', () => identityGraph([3, H, W]), 'pixels in: float32 [3, H, W]'],
    [
      'one side fixed',
      () => identityGraph([N, 3, 64, W]),
      'both fixed or both free, but the model has the input [N, 3, 64, free]',
    ],
    [
      'a scalar output',
      () => pixelGraph((image) => reduceMean(image, [0, 1, 2, 3], 0)),
      'one float32 output [N, 3, H, W], but the model has the output pixels out: float32 []',
    ],
    [
      'half the size',
      halved,
      'output of the same size, but the model has the input pixels in: float32 [1, 3, 8, 8] and the output pixels out: float32 [1, 3, 4, 4]',
    ],
    [
      'an optimizer graph',
      () => optimizerGraph([{ name: 'encoder.conv1.weight', shape: [2, 3, 9, 9] }]),
      `${input3}, but the model has 6 inputs (encoder.conv1.weight, encoder.conv1.weight.grad, encoder.conv1.weight.m, …)`,
    ],
  ])('%s', async (_, graph, reason) => {
    const message = await refusalOf(graph());
    expect(message).toContain('Expected a style network: one float32 ');
    expect(message).toContain(reason);
  });
});

describe.skipIf(!hasShared)("gnsmrky's models", () => {
  it.each([
    ['candy_nc16_256x256_onnxjs013.onnx', 256],
    ['mosaic_nc16_256x256_onnxjs013.onnx', 256],
    ['mosaic_nc8_128x128.onnx', 128],
  ])('%s paints pictures of its size', async (file, size) => {
    const stylizer = await open(await readFile(sharedPath('data', 'peer-models', 'gnsmrky', file)));
    expect(stylizer.fixedSize).toEqual({ width: size, height: size });
    const photograph = await decodeResized(sharedPath('data', 'content', 'amber.jpg'), { shortSide: size });
    const stylized = await stylizer.stylize(photograph);
    expect(sizeOf(stylized)).toBe(`${size}×${size}`);
    expect(new Set(stylized.data).size).toBeGreaterThan(200);
    await expect(stylizer.stylize(vividPicture(64, 48))).rejects.toThrow(
      `Expected a picture of ${size}×${size} pixels`,
    );
  });
});
