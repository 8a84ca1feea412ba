import type { InferenceSession } from 'onnxruntime-common';
import { CHANNELS, type PictureSize } from '../image/picture.ts';

type ValueMetadata = InferenceSession.ValueMetadata;

/** How a network takes and gives pictures: float32 [N, 3, H, W] of 0..255, or bytes [1, H, W, 4]. */
export type PixelLayout = 'planes' | 'rgba';

/** What a style network calls its tensors, their layout, and the one size it takes (null: any). */
export interface StyleNetworkSignature {
  readonly input: string;
  readonly output: string;
  readonly layout: PixelLayout;
  readonly fixedSize: PictureSize | null;
}

/** A height or a width: fixed, or free. */
type Side = number | 'free';

interface Sides {
  readonly height: Side;
  readonly width: Side;
}

interface ImageValue {
  readonly name: string;
  readonly layout: PixelLayout;
  readonly sides: Sides;
}

/**
 * Reads from a session's metadata how to run it as a style network: one input and one output of the same layout and size,
 * either float32 [N, 3, H, W] or uint8 [N, H, W, 4]; N is 1 or free, H and W are both fixed or both free. What the numbers
 * mean (RGB, 0..255) no metadata tells.
 * @param name what to call the model in an error, such as its path
 * @throws if the model has other inputs or outputs; the message says which
 */
export function readSignature(
  { inputMetadata, outputMetadata }: Pick<InferenceSession, 'inputMetadata' | 'outputMetadata'>,
  name: string,
): StyleNetworkSignature {
  const input = imageValue(inputMetadata, 'input', name);
  const output = imageValue(outputMetadata, 'output', name);
  const described = [describe(inputMetadata, 'input'), describe(outputMetadata, 'output')];
  if (input.layout !== output.layout) throw refusal('input and one output of the same type', name, ...described);
  for (const side of ['height', 'width'] as const) {
    if (output.sides[side] !== 'free' && output.sides[side] !== input.sides[side]) {
      throw refusal('output of the same size', name, ...described);
    }
  }
  const { layout, sides } = input;
  return { input: input.name, output: output.name, layout, fixedSize: fixedSize(sides, name) };
}

function imageValue(values: readonly ValueMetadata[], kind: 'input' | 'output', name: string): ImageValue {
  const [value] = values;
  const image = value && values.length === 1 ? imageLayout(value) : undefined;
  if (value && image) return { name: value.name, ...image };
  throw refusal(`${kind} [N, 3, H, W]`, name, describe(values, kind));
}

/** Layout, height and width of a tensor of pictures; undefined for any other value. */
function imageLayout(value: ValueMetadata): Omit<ImageValue, 'name'> | undefined {
  if (!value.isTensor || value.shape.length !== 4) return undefined;
  if (value.type === 'float32') {
    const [batch, channels, height, width] = value.shape;
    return matches(batch, 1) && matches(channels, CHANNELS)
      ? { layout: 'planes', sides: sidesOf(height, width) }
      : undefined;
  }
  const [batch, height, width, channels] = value.shape;
  if (value.type !== 'uint8' || !matches(batch, 1) || channels !== CHANNELS + 1) return undefined;
  return { layout: 'rgba', sides: sidesOf(height, width) };
}

type Length = number | string | undefined;

/** Whether a dimension is free or has the length that is expected. */
const matches = (dimension: Length, length: number) => typeof dimension !== 'number' || dimension === length;

function sidesOf(height: Length, width: Length): Sides {
  const side = (length: Length): Side => (typeof length === 'number' ? length : 'free');
  return { height: side(height), width: side(width) };
}

function fixedSize({ height, width }: Sides, name: string): PictureSize | null {
  if (height === 'free' && width === 'free') return null;
  if (height !== 'free' && width !== 'free') return { height, width };
  throw refusal(
    'input whose height and width are both fixed or both free',
    name,
    `the input [N, 3, ${height}, ${width}]`,
  );
}

function refusal(expected: string, name: string, ...received: readonly string[]): Error {
  return new Error(`Expected a style network: one float32 ${expected}, but ${name} has ${received.join(' and ')}`);
}

/** Names that are listed before the rest is only counted. */
const listedNames = 3;

function describe(values: readonly ValueMetadata[], kind: 'input' | 'output'): string {
  const [value] = values;
  if (!value) return `no ${kind}`;
  if (values.length === 1) return `the ${kind} ${describeValue(value)}`;
  const names = values.slice(0, listedNames).map((one) => one.name);
  return `${values.length} ${kind}s (${names.join(', ')}${values.length > listedNames ? ', …' : ''})`;
}

function describeValue(value: ValueMetadata): string {
  if (!value.isTensor) return `${value.name}, which is no tensor`;
  // The runtime gives an unnamed free dimension as an empty name.
  return `${value.name}: ${value.type} [${value.shape.map((dimension) => dimension || '?').join(', ')}]`;
}
