import { describe, expect, it } from 'vitest';
import { type VggArchitecture, vggConvolutions } from '../../../src/graph-builder/networks/vgg-architecture.ts';
import { matchConvolutions } from '../../../src/loss-network/weights/match-convolutions.ts';
import { torchvisionPositions } from '../../helpers/vgg-files.ts';

type Shapes = Map<string, { shape: readonly number[] }>;
type Rename = (index: number, kind: 'weight' | 'bias', architecture: VggArchitecture) => string;

/** The blocks' sizes, written out again: what Keras' names are counted from. */
const blocks: Record<VggArchitecture, readonly number[]> = { vgg16: [2, 2, 3, 3, 3], vgg19: [2, 2, 4, 4, 4] };
const blockNames = (architecture: VggArchitecture) =>
  blocks[architecture].flatMap((count, block) => Array.from({ length: count }, (_, index) => [block + 1, index + 1]));

const torchvision: Rename = (index, kind, architecture) =>
  `features.${torchvisionPositions[architecture][index]}.${kind}`;
const gluon: Rename = (index, kind) => `vgg0_conv${index}_${kind}`;
const canonical: Rename = (index, kind, architecture) => `conv${blockNames(architecture)[index]?.join('_')}.${kind}`;
const keras: Rename = (index, kind, architecture) => {
  const [block, position] = blockNames(architecture)[index] ?? [];
  return `block${block}_conv${position}/${kind === 'weight' ? 'kernel' : 'bias'}`;
};

/** The names and shapes of a file with the first `count` convolutions and a classifier. */
function listing(architecture: VggArchitecture, rename: Rename, count = 16): Shapes {
  const shapes: Shapes = new Map([
    ['head.fc.weight', { shape: [1000, 4096] }],
    ['vgg0_dense0_weight', { shape: [4096, 25088] }],
    ['fc1/kernel', { shape: [25088, 4096] }],
  ]);
  for (const [index, convolution] of vggConvolutions(architecture).slice(0, count).entries()) {
    const { inputChannels, outputChannels } = convolution;
    const kernel = rename === keras ? [3, 3, inputChannels, outputChannels] : [outputChannels, inputChannels, 3, 3];
    shapes.set(rename(index, 'weight', architecture), { shape: kernel });
    shapes.set(rename(index, 'bias', architecture), { shape: [outputChannels] });
  }
  return shapes;
}

function match(tensors: Shapes, architecture?: VggArchitecture) {
  return matchConvolutions({ file: 'weights', tensors }, architecture);
}

describe.each([
  ['torchvision', torchvision],
  ['Keras', keras],
  ['ONNX model zoo', gluon],
  ['impasto', canonical],
])('matchConvolutions with %s names', (title, rename) => {
  it.each<[VggArchitecture, number]>([
    ['vgg16', 13],
    ['vgg19', 16],
  ])('finds %s and its %d convolutions', (architecture, count) => {
    const matched = match(listing(architecture, rename));
    expect(matched.scheme.title).toBe(title);
    expect(matched.architecture).toBe(architecture);
    expect(matched.convolutions).toEqual(
      Array.from({ length: count }, (_, index) => ({
        name: canonical(index, 'weight', architecture).replace('.weight', ''),
        weight: rename(index, 'weight', architecture),
        bias: rename(index, 'bias', architecture),
      })),
    );
  });

  it('takes a file that ends after some layer', () => {
    const matched = match(listing('vgg19', rename, 9));
    expect(matched.architecture).toBe('vgg19');
    expect(matched.convolutions.at(-1)?.name).toBe('conv4_1');
  });

  it('wants to be told which network the layers are of that both share', () => {
    const shared = listing('vgg19', rename, 7);
    expect(() => match(shared)).toThrow('weights fits vgg16 and vgg19 equally: say which with --as');
    expect(match(shared, 'vgg16').architecture).toBe('vgg16');
    expect(match(shared, 'vgg19').architecture).toBe('vgg19');
  });

  it.each<[VggArchitecture, VggArchitecture]>([
    ['vgg16', 'vgg19'],
    ['vgg19', 'vgg16'],
  ])('refuses to take %s for %s', (architecture, wrong) => {
    expect(() => match(listing(architecture, rename), wrong)).toThrow(
      new RegExp(`^weights does not fit ${wrong}: expected .* \\(its tensors are those of ${architecture}\\)$`),
    );
  });

  it('names a tensor that is missing between others, and its shape', () => {
    const shapes = listing('vgg19', rename);
    const bias = rename(4, 'bias', 'vgg19');
    shapes.delete(bias);
    expect(() => match(shapes)).toThrow(
      `weights does not fit vgg19: expected the tensor ${bias} [256] but it is missing`,
    );
  });

  it('names a tensor of another shape, and both shapes', () => {
    const shapes = listing('vgg19', rename);
    const kernel = rename(2, 'weight', 'vgg19');
    shapes.set(kernel, { shape: [128, 64, 5, 5] });
    const expected = rename === keras ? '3, 3, 64, 128' : '128, 64, 3, 3';
    expect(() => match(shapes)).toThrow(
      `weights does not fit vgg19: expected the tensor ${kernel} to be [${expected}] but received [128, 64, 5, 5]`,
    );
  });
});

describe('matchConvolutions', () => {
  it('takes Keras names below the name of a model', () => {
    const prefixed = new Map([...listing('vgg19', keras)].map(([name, shape]) => [`vgg19/${name}`, shape]));
    expect(match(prefixed).convolutions[0]).toEqual({
      name: 'conv1_1',
      weight: 'vgg19/block1_conv1/kernel',
      bias: 'vgg19/block1_conv1/bias',
    });
  });

  it('refuses a file with the same layer twice', () => {
    const twice = listing('vgg19', keras);
    twice.set('other/block1_conv1/kernel', { shape: [3, 3, 3, 64] });
    expect(() => match(twice)).toThrow(
      'expected one tensor block1_conv1/kernel but received block1_conv1/kernel and other/block1_conv1/kernel',
    );
  });

  it('refuses a batch-normalised VGG', () => {
    const shapes: Shapes = new Map([
      ['features.0.weight', { shape: [64, 3, 3, 3] }],
      ['features.0.bias', { shape: [64] }],
      ['features.1.weight', { shape: [64] }],
      ['features.1.bias', { shape: [64] }],
      ['features.3.weight', { shape: [64, 64, 3, 3] }],
      ['features.3.bias', { shape: [64] }],
    ]);
    expect(() => match(shapes)).toThrow('expected the tensor features.2.weight [64, 64, 3, 3] but it is missing');
  });

  it('says what names it knows when it finds none of them', () => {
    const other: Shapes = new Map(['a', 'b', 'c', 'd'].map((name) => [name, { shape: [1] }]));
    expect(() => match(other)).toThrow(
      'weights holds no VGG weights: expected a tensor named conv1_1.weight (impasto), features.0.weight (torchvision), ' +
        'block1_conv1/kernel (Keras), vgg0_conv0_weight (ONNX model zoo) but received a, b, c, …',
    );
    expect(() => match(new Map())).toThrow('but received no tensors');
  });
});

describe('matchConvolutions with convolutions of low rank', () => {
  const lowRank = (name: string, changes: Readonly<Record<string, readonly number[] | null>> = {}) => {
    const shapes: Shapes = new Map(listing('vgg19', canonical, 5));
    const [inputs, outputs] = name === 'conv1_2' ? [64, 64] : [64, 128];
    const tensors = {
      [`${name}.reduction.weight`]: [16, inputs, 1, 1],
      [`${name}.basis.weight`]: [16, 16, name === 'conv1_2' ? 4 : 3, name === 'conv1_2' ? 4 : 3],
      [`${name}.weight`]: [outputs, 16, 1, 1],
      ...changes,
    };
    for (const [tensor, shape] of Object.entries(tensors)) {
      if (shape) shapes.set(tensor, { shape });
      else shapes.delete(tensor);
    }
    return shapes;
  };

  it.each(['conv1_2', 'conv2_1'])('finds %s', (name) => {
    expect(match(lowRank(name), 'vgg19').convolutions.find((each) => each.name === name)).toEqual({
      ...{ name, weight: `${name}.weight`, bias: `${name}.bias` },
      lowRank: { reduction: `${name}.reduction.weight`, basis: `${name}.basis.weight` },
    });
  });

  it('finds a last convolution before a pooling that does not pool', () => {
    expect(() => match(lowRank('conv1_2', { 'conv1_2.basis.weight': [16, 16, 3, 3] }), 'vgg19')).not.toThrow();
  });

  it.each<[string, Readonly<Record<string, readonly number[] | null>>, string]>([
    [
      'a missing reduction',
      { 'conv2_1.reduction.weight': null },
      'expected the tensor conv2_1.reduction.weight [16, 64, 1, 1] but it is missing',
    ],
    [
      'a basis that pools where no pooling follows',
      { 'conv2_1.basis.weight': [16, 16, 4, 4] },
      'expected the tensor conv2_1.basis.weight to be [16, 16, 3, 3] but received [16, 16, 4, 4]',
    ],
    [
      'another rank',
      { 'conv2_1.weight': [128, 32, 1, 1] },
      'expected the tensor conv2_1.weight to be [128, 16, 1, 1] but received [128, 32, 1, 1]',
    ],
  ])('refuses %s', (_, changes, message) => {
    expect(() => match(lowRank('conv2_1', changes), 'vgg19')).toThrow(message);
  });
});
