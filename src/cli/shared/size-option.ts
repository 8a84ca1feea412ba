import type { PixelSize } from '../../lowering/export/fixed-size.ts';
import { UsageError } from './exit.ts';
import { numberOption } from './options.ts';

const checkSide = numberOption('size', { minimum: 1, maximum: 16_384, whole: true });

/**
 * A `coerce` function for a picture's size, WIDTHxHEIGHT.
 * @throws UsageError if it is not two whole numbers
 */
export function sizeOption(value: unknown): PixelSize {
  const [width, height, ...others] = String(value).split('x');
  if (height === undefined || others.length > 0) {
    throw new UsageError(`Expected a width and a height such as 1280x720 for --size but received ${value}`);
  }
  return { width: checkSide(width), height: checkSide(height) };
}
