import { symbolic } from '../../graph-builder/ir/dimension.ts';
import { type Graph, input, type Value } from '../../graph-builder/ir/value.ts';
import { add, div, matMul, reduceMax, reduceMean, sub, transpose } from '../../graph-builder/operators/index.ts';
import { unitLength } from './unit-length.ts';

/** Keeps a ratio finite where a patch is the painting's and the photograph's. */
const smallestDistance = 1e-6;

/**
 * A picture's patches in flat regions among those of the painting and of the photograph. Two patches are as far apart as 1 − the
 * cosine of their features less the painting's means (as in Mechrez et al. 2018, "The Contextual Loss", equation 2).
 *
 * `picture` [1, C, F], `photograph` [1, C, P], `painting` [1, C, Q] →
 * - `motifs`, a scalar from 0 to 2: how far the painting's patches are from their nearest ones in the picture, mean over the
 *   painting;
 * - `unpainted`, a scalar from 0 to 1: the mean over the picture of a / (a + b), where a is the distance to the nearest patch
 *   of the painting, b to that of the photograph.
 */
export function patchGraph(): Graph {
  const patches = (name: string, count: string) => input(name, 'float32', [1, symbolic('C'), symbolic(count)]);
  const [picture, photograph, painting] = [
    patches('picture', 'F'),
    patches('photograph', 'P'),
    patches('painting', 'Q'),
  ];

  const centre = reduceMean(painting, [2], 1);
  const direction = (x: Value) => unitLength(sub(x, centre));
  const toPainting = cosines(direction(painting), direction(picture));
  const toPhotograph = cosines(direction(photograph), direction(picture));

  const motifs = sub(1, reduceMean(reduceMax(toPainting, [2], 0), [0, 1], 0));
  const [a, b] = [nearest(toPainting), nearest(toPhotograph)];
  const unpainted = reduceMean(div(a, add(add(a, b), smallestDistance)), [0, 1], 0);
  return {
    name: 'patches',
    inputs: [picture, photograph, painting],
    outputs: [
      { name: 'motifs', value: motifs },
      { name: 'unpainted', value: unpainted },
    ],
  };
}

/** The cosine of each patch of one picture [1, C, Q] with each of another [1, C, F]: [1, Q, F]. */
function cosines(from: Value, to: Value): Value {
  return matMul(transpose(from, [0, 2, 1]), to);
}

/** How far each patch of a picture is from the nearest of another: [1, Q, F] → [1, F]. */
function nearest(similarities: Value): Value {
  return sub(1, reduceMax(similarities, [1], 0));
}
