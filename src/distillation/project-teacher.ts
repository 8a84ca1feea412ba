import { elementCount, type FloatTensor } from '../graph-builder/ir/tensor.ts';
import { convolutionCost } from '../graph-builder/networks/low-rank.ts';
import { freezeLossNetwork } from '../graph-builder/networks/vgg.ts';
import {
  type LossNetworkWeights,
  layerOfConvolution,
  type VggConvolution,
} from '../graph-builder/networks/vgg-architecture.ts';
import { writeOnnx } from '../graph-builder/onnx/onnx-file.ts';
import { responseStatisticsGraph } from '../graph-builder/programs/distillation-graphs.ts';
import { CHANNELS } from '../image/picture.ts';
import type { CreateSession } from '../loss-network/objective/graph-session.ts';
import { lower } from '../lowering/lower.ts';
import { chooseRanks } from './choose-ranks.ts';
import { principalComponents, projectedConvolution } from './principal-components.ts';
import { gatherResponses, type ResponseStatistics } from './response-statistics.ts';
import { required } from './student.ts';

/** Pictures from which the principal components are computed. */
const statisticsPictures = 128;

/** What to project, and how far. */
export interface Projection {
  readonly teacher: LossNetworkWeights;
  /** The convolutions of the student; the first, which carries the colours, stays as it is. */
  readonly convolutions: readonly VggConvolution[];
  readonly deepest: string;
  /** The student's share of the teacher's multiplications, 0 to 1. */
  readonly cost: number;
  /** Height and width of the pictures. */
  readonly size: number;
  readonly loader: { next(): Promise<{ readonly data: Float32Array }> };
  readonly createSession: CreateSession;
}

/**
 * The student that needs no training: each convolution of the teacher but the first projected on the first principal
 * components of its responses.
 * @returns its tensors of low rank by their canonical names
 * @throws if the share is too small for any rank
 */
export async function projectTeacher(projection: Projection): Promise<ReadonlyMap<string, FloatTensor>> {
  const { teacher, convolutions, cost } = projection;
  const [first, ...learnt] = convolutions;
  const statistics = await teacherStatistics(projection);
  const components = new Map(
    learnt.map(({ name }) => [name, principalComponents(required(statistics, layerOfConvolution(name)))] as const),
  );
  const ranked = learnt.map((convolution) => {
    const { variances } = required(components, convolution.name);
    return { convolution, variances };
  });
  const ranks = chooseRanks(ranked, first ? convolutionCost(first) : 0, cost);
  const tensors = learnt.flatMap(({ name, pooled }) => {
    const rank = required(ranks, name);
    const full = {
      weight: required(teacher.tensors, `${name}.weight`),
      bias: required(teacher.tensors, `${name}.bias`),
    };
    const projected = projectedConvolution(full, required(components, name), { rank, pooled });
    const { reduction, basis, weight, bias } = projected;
    return [
      [`${name}.reduction.weight`, reduction] as const,
      [`${name}.basis.weight`, basis] as const,
      [`${name}.weight`, weight] as const,
      [`${name}.bias`, bias] as const,
    ];
  });
  return new Map(tensors);
}

async function teacherStatistics(projection: Projection): Promise<ReadonlyMap<string, ResponseStatistics>> {
  const { teacher, convolutions, deepest, size, createSession } = projection;
  const graph = responseStatisticsGraph({ teacher: freezeLossNetwork(teacher), deepest, batch: 1, size });
  const session = await createSession(writeOnnx(lower(graph, 'cpu')));
  try {
    const layers = convolutions.slice(1).map(({ name }) => layerOfConvolution(name));
    return await gatherResponses(session, layers, await takePictures(projection), size);
  } finally {
    await session.release();
  }
}

async function takePictures({ loader, size }: Projection): Promise<readonly Float32Array[]> {
  const pictures: Float32Array[] = [];
  const length = elementCount([CHANNELS, size, size]);
  while (pictures.length < statisticsPictures) {
    const { data } = await loader.next();
    for (let start = 0; start < data.length; start += length) pictures.push(data.subarray(start, start + length));
  }
  return pictures;
}
