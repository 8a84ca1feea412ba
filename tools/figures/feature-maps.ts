import { symbolic } from '../../src/graph-builder/ir/dimension.ts';
import { type Graph, input } from '../../src/graph-builder/ir/value.ts';
import { type LossNetwork, vggFeatures } from '../../src/graph-builder/networks/vgg.ts';
import { writeOnnx } from '../../src/graph-builder/onnx/onnx-file.ts';
import type { Picture } from '../../src/image/picture.ts';
import { type CreateSession, floatData, pictureTensor } from '../../src/loss-network/objective/graph-session.ts';

/** One channel of a layer's features. */
export interface FeatureMap {
  /** Counted from 0. */
  readonly channel: number;
  /** Row by row. */
  readonly values: Float32Array;
}

/** The channels of a layer that tell most about one picture. */
export interface LayerMaps {
  readonly layer: string;
  /** Of the whole layer. */
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  /** Largest variance first. */
  readonly maps: readonly FeatureMap[];
}

/** features: `image` [1, 3, H, W] of any size, RGB 0..255 → the features of each layer, by its name. */
export function featuresGraph(lossNetwork: LossNetwork, layers: readonly string[]): Graph {
  const image = input('image', 'float32', [1, 3, symbolic('H'), symbolic('W')]);
  const features = vggFeatures(image, lossNetwork, layers);
  return { name: 'features', inputs: [image], outputs: [...features].map(([name, value]) => ({ name, value })) };
}

/** Of each layer the `count` channels whose values differ most over the picture's inner part. */
export async function featureMaps(
  lossNetwork: LossNetwork,
  layers: readonly string[],
  picture: Picture,
  count: number,
  createSession: CreateSession,
): Promise<readonly LayerMaps[]> {
  const session = await createSession(writeOnnx(featuresGraph(lossNetwork, layers)));
  try {
    const outputs = await session.run({ image: pictureTensor(picture) });
    return layers.map((layer) => {
      const [, channels = 0, height = 0, width = 0] = outputs[layer]?.dims ?? [];
      return {
        layer,
        channels,
        height,
        width,
        maps: mostVaried(floatData(outputs, layer), [channels, height, width], count),
      };
    });
  } finally {
    await session.release();
  }
}

/** The part of a map's height and width, at each edge, where zero padding says more than the picture. */
const edge = 1 / 8;

/**
 * The channels of highest variance over the inner part of the picture, highest first.
 * @param features [C, H, W]
 */
export function mostVaried(
  features: Float32Array,
  [channels, height, width]: readonly [channels: number, height: number, width: number],
  count: number,
): readonly FeatureMap[] {
  const length = height * width;
  return Array.from({ length: channels }, (_, channel) => {
    const values = features.slice(channel * length, (channel + 1) * length);
    return { channel, values, variance: variance(innerPart(values, height, width)) };
  })
    .sort((a, b) => b.variance - a.variance)
    .slice(0, count)
    .map(({ channel, values }) => ({ channel, values }));
}

function innerPart(values: Float32Array, height: number, width: number): Float32Array {
  const [top, left] = [Math.floor(edge * height), Math.floor(edge * width)];
  return values.filter((_, index) => {
    const [row, column] = [Math.floor(index / width), index % width];
    return row >= top && row < height - top && column >= left && column < width - left;
  });
}

function variance(values: Float32Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
}
