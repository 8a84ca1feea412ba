/**
 * What a graph is made fast for: a processor (`cpu`, and `wasm` in a browser), a graphics card (`cuda`, `webgpu`), or a file
 * that any runtime reads (`file`), which stays small and in which weights stay as they are.
 */
export const targets = ['cpu', 'wasm', 'cuda', 'webgpu', 'file'] as const;

export type Target = (typeof targets)[number];

/** Where a form begins or ceases to pay. */
export interface Thresholds {
  /** Fewest channels on both sides of a constant 3×3 convolution for Winograd's tiles. */
  readonly winogradChannels: number;
  /** The same of a weight's gradient. */
  readonly winogradGradientChannels: number;
  /** Most channels on one side for which a large kernel's weight gradient is computed in blocks. */
  readonly blockGradientChannels: number;
  /** Smallest kernel for that. */
  readonly blockGradientKernel: number;
  /** Most outputs of a convolution that is computed in blocks of pixels. */
  readonly blockOutputs: number;
  /** Smallest kernel for that, and the one from which blocks of 4×4 pay more than those of 2×2. */
  readonly blockKernel: number;
  readonly largeBlockKernel: number;
}

/**
 * Measured on CPUs: `npm run bench train-step` (a step with and without a form) and `npm run bench infer` (pictures). Kernels
 * that convolve directly gain from fewer multiplications and from full registers; libraries of graphics cards choose such
 * forms by themselves.
 */
export const thresholds: Thresholds = {
  winogradChannels: 128,
  winogradGradientChannels: 32,
  blockGradientChannels: 4,
  blockGradientKernel: 7,
  blockOutputs: 4,
  blockKernel: 3,
  largeBlockKernel: 7,
};
