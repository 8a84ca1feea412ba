import { floatTensor } from '../graph-builder/ir/tensor.ts';
import { CHANNELS } from '../image/picture.ts';
import { floatData, type GraphSession, toOrtTensor } from '../loss-network/objective/graph-session.ts';

/** How a convolution's channels vary and vary together, before the ReLU, over the pixels of many pictures. */
export interface ResponseStatistics {
  /** [C] */
  readonly mean: Float64Array;
  /** [C, C] */
  readonly covariance: Float64Array;
  /** Mean products of the channels that it reads [I, I]. */
  readonly inputProduct: Float64Array;
}

/**
 * Runs a response_statistics graph on pictures one after another.
 * @param layers the layers to gather, such as `relu1_2`
 * @param pictures [1, 3, size, size] each, 0..255
 * @returns by layer
 */
export async function gatherResponses(
  session: GraphSession,
  layers: readonly string[],
  pictures: readonly Float32Array[],
  size: number,
): Promise<ReadonlyMap<string, ResponseStatistics>> {
  const sums = new Map<
    string,
    { readonly mean: Float64Array; readonly product: Float64Array; readonly input: Float64Array }
  >();
  for (const picture of pictures) {
    const outputs = await session.run({ content: toOrtTensor(floatTensor([1, CHANNELS, size, size], picture)) });
    for (const layer of layers) {
      const mean = floatData(outputs, `${layer}.mean`);
      const product = floatData(outputs, `${layer}.product`);
      const input = floatData(outputs, `${layer}.input`);
      const sum = sums.get(layer) ?? {
        mean: new Float64Array(mean.length),
        product: new Float64Array(product.length),
        input: new Float64Array(input.length),
      };
      addScaled(sum.mean, mean, 1 / pictures.length);
      // The graph divides the products by the number of channels as well, as every Gram matrix.
      addScaled(sum.product, product, mean.length / pictures.length);
      addScaled(sum.input, input, Math.sqrt(input.length) / pictures.length);
      sums.set(layer, sum);
    }
  }
  return new Map(
    [...sums].map(([layer, { mean, product, input }]) => [
      layer,
      { mean, covariance: centred(product, mean), inputProduct: input },
    ]),
  );
}

/** E[y yᵀ] − E[y] E[y]ᵀ. */
function centred(product: Float64Array, mean: Float64Array): Float64Array {
  return product.map((value, index) => {
    const [row, column] = [Math.floor(index / mean.length), index % mean.length];
    return value - (mean[row] ?? 0) * (mean[column] ?? 0);
  });
}

function addScaled(sum: Float64Array, values: Float32Array, factor: number): void {
  for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] ?? 0) + (values[i] ?? 0) * factor;
}
