import { formatShape } from '../../graph-builder/ir/dimension.ts';
import { type Graph, input } from '../../graph-builder/ir/value.ts';
import { rewriteGraph } from '../../graph-builder/operators/rewrite.ts';

/** Height and width in pixels. */
export interface PixelSize {
  readonly width: number;
  readonly height: number;
}

/**
 * A network for pictures of any size as one for a single picture of one size, [1, C, height, width]: every size in it is a
 * number, which `foldConstants` can make use of. The function stays the same.
 * @throws if the graph has not one input [N, C, H, W] of free sizes
 */
export function fixSize(graph: Graph, { width, height }: PixelSize): Graph {
  const [image, ...others] = graph.inputs;
  const [, channels, ...sides] = image?.shape ?? [];
  if (!image || others.length > 0 || channels === undefined || sides.some((side) => typeof side === 'number')) {
    const received = graph.inputs.map(({ name, shape }) => `${name} ${formatShape(shape)}`).join(', ');
    throw new Error(`Expected one input [N, C, H, W] of free sizes but received ${received}`);
  }
  const fixed = input(image.name, image.type, [1, channels, height, width]);
  return { ...rewriteGraph(graph, () => undefined, new Map([[image, fixed]])), inputs: [fixed] };
}
