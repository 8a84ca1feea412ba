import { currentScope, inScope } from '../ir/scope.ts';
import { input, type Value } from '../ir/value.ts';
import {
  add,
  conv,
  convTranspose,
  instanceNormalization,
  mul,
  pad,
  relu,
  resizeNearest,
  sub,
  tanh,
} from '../operators/index.ts';
import { inputParameters, type ParameterShape, type ParameterSource } from './parameters.ts';

export type Padding = 'reflect' | 'zero';

/** The transform network's variants. */
export interface TransformNetworkOptions {
  /** C: the three widths are C, 2C and 4C (32 in the paper). */
  readonly channels: number;
  /** How the two last-but-one layers double the size: nearest resize then convolution, or transposed convolution. */
  readonly upsampling: 'resize' | 'deconv';
  /** Border of every convolution, or of single ones by name (`encoder.conv1`); transposed convolutions have none. */
  readonly padding: Padding | { readonly default: Padding; readonly layers: Readonly<Record<string, Padding>> };
  /** `tanh`: tanh × 150 + 127.5; `linear`: as the last convolution gives it. */
  readonly output: 'tanh' | 'linear';
}

export const residualBlocks = 5;
const normalizationEpsilon = 1e-5;

/** What one build of the network shares: its options and its parameters. */
interface Builder {
  readonly options: TransformNetworkOptions;
  readonly parameter: ParameterSource;
}

/** What the transform network computes. */
export interface TransformNetworkResult {
  /** [N, 3, 4⌈H/4⌉, 4⌈W/4⌉], around 0..255. */
  readonly stylized: Value;
  /** What the pictures are made from, same shape: (pixel − 127.5) / 150, before the tanh if the output has one. */
  readonly response: Value;
}

/** The transform network's pictures; see `transformNetworkResult`. */
export function transformNetwork(image: Value, options: TransformNetworkOptions, parameter: ParameterSource): Value {
  return transformNetworkResult(image, options, parameter).stylized;
}

/** Beyond this response a pixel is darker than 0 or brighter than 255. */
export function visibleResponse({ output }: Pick<TransformNetworkOptions, 'output'>): number {
  const visible = pixelCentre / pixelScale;
  return output === 'tanh' ? Math.atanh(visible) : visible;
}

const [pixelCentre, pixelScale] = [127.5, 150];

/**
 * The transform network of Johnson et al. 2016 (supplementary material, table 1) with instance normalisation (Ulyanov et
 * al. 2016): convolutions 9×9, 3×3 stride 2, 3×3 stride 2; five residual blocks; two ×2 upsampling layers; convolution
 * 9×9. Convolutions before a normalisation have no bias, since it would cancel.
 * @param image RGB 0..255 [N, 3, H, W]
 */
export function transformNetworkResult(
  image: Value,
  options: TransformNetworkOptions,
  parameter: ParameterSource,
): TransformNetworkResult {
  const builder = { options, parameter };
  const { channels } = options;
  const encoded = inScope('encoder', () => {
    const full = convolutionLayer(builder, image, 1, { inputs: 3, outputs: channels, kernel: 9, stride: 1 });
    const half = convolutionLayer(builder, full, 2, { inputs: channels, outputs: 2 * channels, kernel: 3, stride: 2 });
    return convolutionLayer(builder, half, 3, { inputs: 2 * channels, outputs: 4 * channels, kernel: 3, stride: 2 });
  });
  let features: Value = encoded;
  for (let block = 1; block <= residualBlocks; block++) {
    const previous = features;
    features = inScope(`residual.${block}`, () => residualBlock(builder, previous, 4 * channels));
  }
  return inScope('decoder', () => {
    const half = upsamplingLayer(builder, features, 1, 4 * channels, 2 * channels);
    const full = upsamplingLayer(builder, half, 2, 2 * channels, channels);
    const last = inScope('conv3', () =>
      convolution(builder, full, { inputs: channels, outputs: 3, kernel: 9, stride: 1 }, true),
    );
    return options.output === 'tanh'
      ? { stylized: add(mul(tanh(last), pixelScale), pixelCentre), response: last }
      : { stylized: last, response: mul(sub(last, pixelCentre), 1 / pixelScale) };
  });
}

/** The network's trainable arrays, in the order of its layers. */
export function transformNetworkParameters(options: TransformNetworkOptions): readonly ParameterShape[] {
  const { source, inputs } = inputParameters();
  transformNetwork(input('image', 'float32', [1, 3, 64, 64]), options, source);
  return inputs.map(({ name, shape }) => ({ name, shape: shape.map(Number) }));
}

interface ConvolutionSize {
  readonly inputs: number;
  readonly outputs: number;
  readonly kernel: number;
  readonly stride: number;
}

function convolutionLayer(builder: Builder, x: Value, number: number, size: ConvolutionSize): Value {
  const convolved = inScope(`conv${number}`, () => convolution(builder, x, size, false));
  return relu(inScope(`norm${number}`, () => normalization(builder, convolved, size.outputs)));
}

/** x + norm(conv(relu(norm(conv(x))))), without a ReLU after the sum (Gross and Wilber 2016). */
function residualBlock(builder: Builder, x: Value, channels: number): Value {
  const size = { inputs: channels, outputs: channels, kernel: 3, stride: 1 };
  const hidden = convolutionLayer(builder, x, 1, size);
  const convolved = inScope('conv2', () => convolution(builder, hidden, size, false));
  return add(
    inScope('norm2', () => normalization(builder, convolved, channels)),
    x,
  );
}

function upsamplingLayer(builder: Builder, x: Value, number: number, inputs: number, outputs: number): Value {
  if (builder.options.upsampling === 'resize') {
    return convolutionLayer(builder, resizeNearest(x, 2), number, { inputs, outputs, kernel: 3, stride: 1 });
  }
  const doubled = inScope(`conv${number}`, () =>
    convTranspose(x, builder.parameter('weight', [inputs, outputs, 3, 3]), {
      kernel_shape: [3, 3],
      strides: [2, 2],
      pads: [1, 1, 1, 1],
      output_padding: [1, 1],
    }),
  );
  return relu(inScope(`norm${number}`, () => normalization(builder, doubled, outputs)));
}

function convolution({ options, parameter }: Builder, x: Value, size: ConvolutionSize, biased: boolean): Value {
  const { inputs, outputs, kernel, stride } = size;
  const border = Math.floor(kernel / 2);
  const reflect = paddingOf(options.padding) === 'reflect';
  const padded = reflect ? pad(x, [0, 0, border, border, 0, 0, border, border], 'reflect') : x;
  return conv(
    padded,
    parameter('weight', [outputs, inputs, kernel, kernel]),
    biased ? parameter('bias', [outputs]) : null,
    {
      kernel_shape: [kernel, kernel],
      strides: [stride, stride],
      pads: reflect ? [0, 0, 0, 0] : [border, border, border, border],
    },
  );
}

/** The border of the convolution whose scope is open. */
function paddingOf(padding: TransformNetworkOptions['padding']): Padding {
  return typeof padding === 'string' ? padding : (padding.layers[currentScope()] ?? padding.default);
}

function normalization({ parameter }: Builder, x: Value, channels: number): Value {
  return instanceNormalization(x, parameter('scale', [channels]), parameter('bias', [channels]), normalizationEpsilon);
}
