import type { InferenceSession } from 'onnxruntime-common';
import { CHANNELS, type PictureSize } from '../image/picture.ts';

type ValueMetadata = InferenceSession.ValueMetadata;

/** What a style network calls its tensors, and the one size it takes (null: any). */
export interface StyleNetworkSignature {
  readonly input: string;
  readonly output: string;
  readonly fixedSize: PictureSize | null;
}

/** A height or a width: fixed, or free. */
type Side = number | 'free';

interface Sides {
  readonly height: Side;
  readonly width: Side;
}

/**
 * Reads from a session's metadata how to run it as a style network: one float32 input [N, 3, H, W] and one float32 output
 * of the same layout and size; N is 1 or free, H and W are both fixed or both free. What the numbers mean (RGB, 0..255)
 * no metadata tells.
 * @param name what to call the model in an error, such as its path
 * @throws if the model has other inputs or outputs; the message says which
 */
export function readSignature(
  { inputMetadata, outputMetadata }: Pick<InferenceSession, 'inputMetadata' | 'outputMetadata'>,
  name: string,
): StyleNetworkSignature {
  const input = imageValue(inputMetadata, 'input', name);
  const output = imageValue(outputMetadata, 'output', name);
  for (const side of ['height', 'width'] as const) {
    if (output.sides[side] !== 'free' && output.sides[side] !== input.sides[side]) {
      throw refusal(
        'output of the same size',
        name,
        describe(inputMetadata, 'input'),
        describe(outputMetadata, 'output'),
      );
    }
  }
  return { input: input.name, output: output.name, fixedSize: fixedSize(input.sides, name) };
}

function imageValue(values: readonly ValueMetadata[], kind: 'input' | 'output', name: string) {
  const [value] = values;
  const sides = value && values.length === 1 ? imageSides(value) : undefined;
  if (value && sides) return { name: value.name, sides };
  throw refusal(`${kind} [N, 3, H, W]`, name, describe(values, kind));
}

/** Height and width of a tensor [1 or N, 3, H, W]; undefined for any other value. */
function imageSides(value: ValueMetadata): Sides | undefined {
  if (!value.isTensor || value.type !== 'float32') return undefined;
  const [batch, channels, height, width] = value.shape;
  if (value.shape.length !== 4 || height === undefined || width === undefined) return undefined;
  if (typeof batch === 'number' && batch !== 1) return undefined;
  if (typeof channels === 'number' && channels !== CHANNELS) return undefined;
  const side = (dimension: number | string): Side => (typeof dimension === 'number' ? dimension : 'free');
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
