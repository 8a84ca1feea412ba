import { formatShape } from '../../graph-builder/ir/dimension.ts';
import { type Graph, input, type Value } from '../../graph-builder/ir/value.ts';
import { add, cast, concat, slice, transpose } from '../../graph-builder/operators/index.ts';
import { rewriteGraph } from '../../graph-builder/operators/rewrite.ts';

/**
 * A network from pictures to pictures, both float32 [N, 3, H, W] RGB 0..255, as one from and to what screens and cameras
 * have: uint8 [1, H, W, 4] RGBA. Colours are rounded to the nearest whole number; alpha stays as it is, and colours are
 * taken as they are under it.
 * @throws if the graph has other inputs or outputs
 */
export function rgbaPictures(graph: Graph): Graph {
  const [image, ...otherInputs] = graph.inputs;
  const [painted, ...otherOutputs] = graph.outputs;
  if (!image || !painted || otherInputs.length + otherOutputs.length > 0 || image.shape[1] !== 3) {
    const received = graph.inputs.map(({ name, shape }) => `${name} ${formatShape(shape)}`).join(', ');
    throw new Error(`Expected one input [N, 3, H, W] and one output but received ${received}`);
  }
  const [, , height = 0, width = 0] = image.shape;
  const rgba = input(image.name, 'uint8', [1, height, width, 4]);
  const planes = cast(transpose(channelsOf(rgba, 0, 3), [0, 3, 1, 2]), 'float32');
  const { outputs } = rewriteGraph(graph, () => undefined, new Map([[image, planes]]));
  return {
    name: graph.name,
    inputs: [rgba],
    outputs: outputs.map(({ name, value }) => ({ name, value: concat([colours(value), channelsOf(rgba, 3, 4)], 3) })),
  };
}

function channelsOf(rgba: Value, start: number, end: number): Value {
  return slice(rgba, { axes: [3], starts: [start], ends: [end] });
}

/** Cast cuts the fraction off: half a step more, and it rounds. */
function colours(planes: Value): Value {
  return transpose(cast(add(planes, 0.5), 'uint8'), [0, 2, 3, 1]);
}
