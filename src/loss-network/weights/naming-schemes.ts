import { type VggArchitecture, vggConvolutions } from '../../graph-builder/networks/vgg-architecture.ts';

/** How the network's input is prepared: (RGB 0..255 − mean) / std, channel by channel. */
export interface Preprocessing {
  readonly mean: readonly [number, number, number];
  readonly std: readonly [number, number, number];
}

/** The names, under one scheme, of one convolution's tensors. */
export interface ConvolutionNames {
  readonly weight: string;
  readonly bias: string;
  /** Of a convolution of low rank, which only impasto's own files hold. */
  readonly lowRank?: { readonly reduction: string; readonly basis: string };
}

/** How one family of weights files names and lays out the convolutions of a VGG network. */
export interface NamingScheme {
  readonly title: string;
  /** The names of each convolution's tensors, in the order of `vggConvolutions`. */
  readonly names: (architecture: VggArchitecture) => readonly ConvolutionNames[];
  /** The scheme's own name of a file's tensor, without what files put before it; null if it is not a convolution's. */
  readonly normalise: (name: string) => string | null;
  /** Order of a kernel's axes: out, in, height, width or height, width, in, out. */
  readonly layout: 'OIHW' | 'HWIO';
  readonly channelOrder: 'RGB' | 'BGR';
  /** Null where the file itself records it. */
  readonly preprocessing: Preprocessing | null;
}

/** torchvision's ImageNet normalisation (torchvision.models, "mean=[0.485, 0.456, 0.406]"), on a scale of 0 to 255. */
const torchvisionPreprocessing: Preprocessing = {
  mean: [0.485 * 255, 0.456 * 255, 0.406 * 255],
  std: [0.229 * 255, 0.224 * 255, 0.225 * 255],
};

/** The mean that keras.applications subtracts ("caffe" mode), written in RGB order. */
const kerasPreprocessing: Preprocessing = { mean: [123.68, 116.779, 103.939], std: [1, 1, 1] };

/** impasto's own files: `conv1_1.weight`. */
export const canonicalScheme: NamingScheme = {
  title: 'impasto',
  names: (architecture) =>
    vggConvolutions(architecture).map(({ name }) => ({
      weight: `${name}.weight`,
      bias: `${name}.bias`,
      lowRank: { reduction: `${name}.reduction.weight`, basis: `${name}.basis.weight` },
    })),
  normalise: (name) => (/^conv\d+_\d+\.((reduction|basis)\.weight|weight|bias)$/.test(name) ? name : null),
  layout: 'OIHW',
  channelOrder: 'RGB',
  preprocessing: null,
};

/** torchvision's and timm's `features.0.weight`: the position in a list that also counts ReLU and pooling layers. */
const torchvisionScheme: NamingScheme = {
  title: 'torchvision',
  names: (architecture) => {
    let position = 0;
    let block = 1;
    return vggConvolutions(architecture).map((convolution) => {
      if (convolution.block !== block) position += 1;
      block = convolution.block;
      const names = { weight: `features.${position}.weight`, bias: `features.${position}.bias` };
      position += 2;
      return names;
    });
  },
  normalise: (name) => (/^features\.\d+\.(weight|bias)$/.test(name) ? name : null),
  layout: 'OIHW',
  channelOrder: 'RGB',
  preprocessing: torchvisionPreprocessing,
};

/** keras.applications' `block1_conv1/kernel`, alone or below a model's name such as `vgg19/`. */
const kerasScheme: NamingScheme = {
  title: 'Keras',
  names: (architecture) =>
    vggConvolutions(architecture).map(({ name }) => {
      const layer = name.replace('conv', 'block').replace('_', '_conv');
      return { weight: `${layer}/kernel`, bias: `${layer}/bias` };
    }),
  normalise: (name) => /(?:^|\/)(block\d+_conv\d+\/(?:kernel|bias))$/.exec(name)?.[1] ?? null,
  layout: 'HWIO',
  channelOrder: 'BGR',
  preprocessing: kerasPreprocessing,
};

/** The ONNX model zoo's vgg16-7 and vgg19-7, exported from MXNet's Gluon: `vgg0_conv0_weight`. */
const gluonScheme: NamingScheme = {
  title: 'ONNX model zoo',
  names: (architecture) =>
    vggConvolutions(architecture).map((_, index) => ({
      weight: `vgg0_conv${index}_weight`,
      bias: `vgg0_conv${index}_bias`,
    })),
  normalise: (name) => (/^vgg0_conv\d+_(weight|bias)$/.test(name) ? name : null),
  layout: 'OIHW',
  channelOrder: 'RGB',
  preprocessing: torchvisionPreprocessing,
};

/** Every scheme that impasto reads; a file is taken to follow the first of which it has a name. */
export const namingSchemes: readonly NamingScheme[] = [canonicalScheme, torchvisionScheme, kerasScheme, gluonScheme];
