import { floatTensor } from '../ir/tensor.ts';
import { constant, type Value } from '../ir/value.ts';
import { conv } from '../operators/index.ts';

/** Means over 2×2 pixels, channel by channel, as the kernel [3, 3, 2, 2] of a convolution. */
const meanKernel = Float32Array.from({ length: 36 }, (_, index) =>
  Math.floor(index / 12) === Math.floor(index / 4) % 3 ? 0.25 : 0,
);

/**
 * The next level of the image pyramid: the picture at half its size.
 * @param image [N, 3, H, W]
 * @returns [N, 3, ⌊H / 2⌋, ⌊W / 2⌋], each pixel the mean of four
 */
export function halved(image: Value): Value {
  const window = { kernel_shape: [2, 2], strides: [2, 2], pads: [0, 0, 0, 0] };
  return conv(image, constant(floatTensor([3, 3, 2, 2], meanKernel)), null, window);
}
