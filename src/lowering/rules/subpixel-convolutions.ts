import { floatTensor } from '../../graph-builder/ir/tensor.ts';
import { constant, type Node, type Value } from '../../graph-builder/ir/value.ts';
import { conv, depthToSpace, matMul, pad, reshape, transpose } from '../../graph-builder/operators/index.ts';
import type { LoweringRule } from '../rule.ts';

/**
 * Computes a nearest ×2 enlargement followed by a 3×3 convolution on the small picture: 2×2 taps to four times the
 * channels, whose four phases are interleaved (DepthToSpace); 4 multiplications an output in place of 9. Each phase of the
 * large picture's pixels meets only two different rows and columns of the small one under its three taps, so that the
 * weights of taps on the same pixel are added. The function stays the same but for float32 rounding: a border of one pixel
 * reflected after the enlargement is the small picture's edge repeated, and one of zeros stays one of zeros.
 */
export const subpixelConvolutions: LoweringRule = {
  name: 'subpixel-convolutions',
  stage: 'forward',
  targets: ['cpu', 'wasm', 'file'],
  after: [],
  rewriter: () => (node) => (node.operator === 'Conv' ? replacement(node) : undefined),
};

/** What an enlarging convolution reads: the small picture, with a border of one pixel or still without. */
interface SmallPicture {
  readonly picture: Value;
  readonly pads: readonly number[];
}

function replacement({ inputs: [x, weight, bias], attributes }: Node<'Conv'>): Value | undefined {
  const { kernel_shape, strides, pads } = attributes;
  if (!x || !weight || bias || kernel_shape.join() !== '3,3' || strides.join() !== '1,1') return undefined;
  const small = reflectedEnlargement(x, pads) ?? zeroPaddedEnlargement(x, pads);
  if (!small) return undefined;
  const window = { kernel_shape: [2, 2], strides: [1, 1], pads: small.pads };
  const phases = conv(small.picture, phaseWeights(weight), null, window);
  return pad(depthToSpace(phases, 2), [0, 0, -1, -1, 0, 0, -1, -1], 'constant');
}

function reflectedEnlargement(x: Value, pads: readonly number[]): SmallPicture | undefined {
  if (x.kind !== 'result' || x.node.operator !== 'Pad' || x.node.attributes.mode !== 'reflect') return undefined;
  const [enlarged, border] = x.node.inputs;
  const picture = enlarged && enlargedPicture(enlarged);
  if (!picture || border?.contents?.join() !== '0,0,1,1,0,0,1,1' || pads.some((size) => size !== 0)) return undefined;
  return { picture: pad(picture, [0, 0, 1, 1, 0, 0, 1, 1], 'edge'), pads: [0, 0, 0, 0] };
}

function zeroPaddedEnlargement(x: Value, pads: readonly number[]): SmallPicture | undefined {
  const picture = enlargedPicture(x);
  return picture && pads.every((size) => size === 1) ? { picture, pads: [1, 1, 1, 1] } : undefined;
}

/** What a nearest ×2 enlargement enlarges. */
function enlargedPicture(x: Value): Value | undefined {
  if (x.kind !== 'result' || x.node.operator !== 'Resize') return undefined;
  const [picture, , scales] = x.node.inputs;
  if (!picture || scales?.kind !== 'constant' || scales.tensor.data.join() !== '1,1,2,2') return undefined;
  return picture;
}

/**
 * Row: tap of three; column: phase and tap of two. The even phase has taps 0 | 1 + 2, the odd one 0 + 1 | 2. The odd phase
 * comes first, since its window of the convolution's result begins one pixel later: interleaved so, both windows are what
 * is left when one pixel is cut off all around.
 */
const tapsOfPhases = floatTensor([3, 4], Float32Array.of(1, 0, 1, 0, 1, 0, 0, 1, 0, 1, 0, 1));

/**
 * [O, I, 3, 3] → [4·O, I, 2, 2], phases outermost. Computed in the graph, so that a file keeps the smaller array, in
 * whatever precision; ONNX Runtime does it once, when the model is loaded.
 */
function phaseWeights(weight: Value): Value {
  const [outputs = 0, inputs = 0] = weight.shape.map(Number);
  const taps = constant(tapsOfPhases);
  const columns = matMul(weight, taps);
  const columnsAndRows = matMul(transpose(columns, [0, 1, 3, 2]), taps);
  // Phase and tap of the columns, then of the rows.
  const split = reshape(columnsAndRows, [outputs, inputs, 2, 2, 2, 2]);
  return reshape(transpose(split, [4, 2, 0, 1, 5, 3]), [4 * outputs, inputs, 2, 2]);
}
