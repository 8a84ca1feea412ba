import { differentiate } from '../autodiff/gradients.ts';
import { inScope } from '../ir/scope.ts';
import { type Graph, input, type Value } from '../ir/value.ts';
import { lowRankParameters, type Ranks } from '../networks/low-rank.ts';
import { type LossNetwork, vggLayers } from '../networks/vgg.ts';
import { layerOfConvolution, vggConvolutionsTo } from '../networks/vgg-architecture.ts';
import { layerOf } from '../objective/objective.ts';
import { discountedGramMatrix, gramMatrix, relativeError } from '../objective/terms.ts';
import { add, mul, reduceMean } from '../operators/index.ts';

/** Pictures as the graphs of a distillation take them. */
interface Pictures {
  /** Pictures in one run of the graph. */
  readonly batch: number;
  /** Their height and width. */
  readonly size: number;
}

export interface ResponseStatisticsOptions extends Pictures {
  readonly teacher: LossNetwork;
  /** The last layer of interest, such as `relu4_1`. */
  readonly deepest: string;
}

/**
 * response_statistics: `content` [batch, 3, size, size] → of each convolution of the teacher but the first, over the
 * pixels of each picture: before its ReLU `LAYER.mean` [batch, C] and `LAYER.product` [batch, C, C], the Gram matrix
 * / (C · H · W), and `LAYER.input` [batch, I, I], that of what it reads.
 */
export function responseStatisticsGraph({ teacher, deepest, batch, size }: ResponseStatisticsOptions): Graph {
  const content = input('content', 'float32', [batch, 3, size, size]);
  const layers = [...vggLayers(content, teacher, deepest)];
  const outputs = layers.slice(1).flatMap(([layer, { response }], index) => [
    { name: `${layer}.mean`, value: reduceMean(response, [2, 3], 0) },
    { name: `${layer}.product`, value: inScope(layer, () => gramMatrix(response)) },
    { name: `${layer}.input`, value: inScope(layer, () => gramMatrix(layers[index]?.[1].next ?? content)) },
  ]);
  return { name: 'response_statistics', inputs: [content], outputs };
}

export interface DistillationOptions extends Pictures {
  readonly teacher: LossNetwork;
  /** The student's convolutions of low rank; it shares the others, which are not trained, with its teacher. */
  readonly ranks: Ranks;
  readonly deepest: string;
  /** The layers whose features and Gram matrices count. */
  readonly styleLayers: readonly string[];
  /** α of the discounted Gram matrices that objectives read. */
  readonly meanDiscount: number;
}

/**
 * distillation: the student's parameters P and `content` [batch, 3, size, size] → `loss`, its terms and P.grad.
 * `loss.features` is the mean over the layers that objectives read, the style layers and the deepest one, of the relative
 * squared error of the student's features against the teacher's, `loss.gram` the mean over the style layers of that of the
 * Gram matrices, the loss their sum. What the layers between compute is the student's own business: at a few channels each,
 * they have none to spare for what no other reads. Nothing in it mixes the samples of a batch.
 * @throws if the student computes no style layer by itself
 */
export function distillationGraph(options: DistillationOptions): Graph {
  const { teacher, ranks, deepest, styleLayers, meanDiscount, batch, size } = options;
  const content = input('content', 'float32', [batch, 3, size, size]);
  const parameters = lowRankParameters(vggConvolutionsTo(teacher.architecture, deepest), ranks).map(({ name, shape }) =>
    input(name, 'float32', shape),
  );
  const trained = new Map(parameters.map((value) => [value.name, value]));
  const student = { ...teacher, parameters: new Map<string, Value>([...teacher.parameters, ...trained]) };
  const taught = inScope('teacher', () => vggLayers(content, teacher, deepest));
  const learnt = inScope('student', () => vggLayers(content, student, deepest));
  const layers = [...ranks.keys()].map(layerOfConvolution);
  const judged = layers.filter((layer) => styleLayers.includes(layer));
  if (judged.length === 0) {
    throw new Error(
      `Expected a student that reaches a style layer (${styleLayers.join(', ')}) beyond relu1_1, which it shares, but its deepest layer is ${deepest}`,
    );
  }
  const errors = (names: readonly string[], of: (features: Value) => Value) =>
    mean(names.map((layer) => relativeError(of(layerOf(learnt, layer).features), of(layerOf(taught, layer).features))));
  const features = errors([...new Set([...judged, deepest])], (value) => value);
  const gram = errors(judged, (value) => discountedGramMatrix(value, meanDiscount));
  const graph = {
    name: 'distillation',
    inputs: [...parameters, content],
    outputs: [
      { name: 'loss', value: add(features, gram) },
      { name: 'loss.features', value: features },
      { name: 'loss.gram', value: gram },
    ],
  };
  return differentiate(graph, 'loss', parameters);
}

function mean(values: readonly Value[]): Value {
  return mul(
    values.reduce((sum, value) => add(sum, value)),
    1 / values.length,
  );
}
