import { writeWholeFile } from '../files/write-file.node.ts';
import type { FloatTensor } from '../graph-builder/ir/tensor.ts';
import { lowRankParameters } from '../graph-builder/networks/low-rank.ts';
import { freezeLossNetwork } from '../graph-builder/networks/vgg.ts';
import {
  type LossNetworkWeights,
  type VggConvolution,
  vggConvolutionsTo,
} from '../graph-builder/networks/vgg-architecture.ts';
import { writeOnnx } from '../graph-builder/onnx/onnx-file.ts';
import { distillationGraph } from '../graph-builder/programs/distillation-graphs.ts';
import { optimizerGraph } from '../graph-builder/programs/optimizer-graph.ts';
import type { CreateSession } from '../loss-network/objective/graph-session.ts';
import type { LossKind } from '../loss-network/objective/losses.ts';
import { encodeWeights } from '../loss-network/weights/canonical-weights.ts';
import { lower } from '../lowering/lower.ts';
import { type StepProgress, trainingLoop } from '../train/loop.ts';
import { learningRateAt } from '../train/schedule.ts';
import { startingFrom } from '../train/training-state.ts';
import { createTrainingStep, oneAtATime } from '../train/training-step.ts';
import { createPictureLoader, type PictureLoader } from './picture-loader.node.ts';
import { projectTeacher } from './project-teacher.ts';
import { assembleStudent, describeStudent, lowRankTensors, ranksOf, type StudentDescription } from './student.ts';

/** What to distil, from what, and where to write. */
export interface DistillationRun {
  readonly teacher: LossNetworkWeights;
  /** An earlier student to go on from, in place of the teacher's principal components. */
  readonly start?: LossNetworkWeights | undefined;
  /** Folders of pictures, as many of a batch from each: photographs, paintings, what networks paint. */
  readonly pictures: readonly string[];
  /** The file to write: safetensors, in half precision. */
  readonly out: string;
  /** The deepest layer that the student has, such as `relu4_1`. */
  readonly deepest: string;
  /** The layers whose Gram matrices count. */
  readonly styleLayers: readonly string[];
  /** The share of each channel's mean that is taken off the features before their Gram matrices, as in the objective. */
  readonly meanDiscount: number;
  /** The student's share of the teacher's multiplications, 0 to 1. */
  readonly cost: number;
  readonly steps: number;
  readonly batch: number;
  readonly size: number;
  readonly learningRate: number;
  readonly seed: number;
  readonly saveEvery: number;
  readonly createSession: CreateSession;
  readonly signal: AbortSignal;
  readonly onStart: (student: DistilledStudent) => void;
  readonly onStep: (metrics: StepProgress & DistillationLosses) => void;
  readonly onWarning: (message: string) => void;
}

/** The mean over the batch of the relative squared errors of features and Gram matrices, and their sum. */
export interface DistillationLosses {
  readonly loss: number;
  readonly features: number;
  readonly gram: number;
}

export interface DistilledStudent extends StudentDescription {
  readonly pictureCount: number;
}

export interface DistillationResult extends DistilledStudent {
  readonly out: string;
  readonly step: number;
  readonly last: DistillationLosses | undefined;
}

const losses: LossKind<DistillationLosses> = {
  terms: ['loss', 'features', 'gram'],
  from: (figure) => ({ loss: figure('loss'), features: figure('features'), gram: figure('gram') }),
};

/**
 * Makes a loss network that costs a share of its teacher's and stands in for it: every convolution but the first, which
 * carries the colours, becomes one of low rank, at first the projection on the principal components of the teacher's
 * responses, then trained so that features and Gram matrices agree with the teacher's. The file is written every
 * `saveEvery` steps and at the end; `start` goes on from it.
 * @throws if there are no pictures, the share is too small, or the file cannot be written
 */
export async function runDistillation(run: DistillationRun): Promise<DistillationResult> {
  const { teacher, pictures, size, batch, seed } = run;
  const convolutions = vggConvolutionsTo(teacher.architecture, run.deepest);
  const loader = await createPictureLoader({ folders: pictures, size, batch, seed, onWarning: run.onWarning });
  try {
    const parameters = run.start
      ? lowRankTensors(run.start, convolutions)
      : await projectTeacher({ ...run, convolutions, loader });
    return await distil(run, { convolutions, parameters, loader });
  } finally {
    await loader.close();
  }
}

interface Student {
  readonly convolutions: readonly VggConvolution[];
  readonly parameters: ReadonlyMap<string, FloatTensor>;
  readonly loader: PictureLoader;
}

async function distil(run: DistillationRun, student: Student): Promise<DistillationResult> {
  const { teacher, deepest, styleLayers, meanDiscount, batch, size, steps, learningRate, createSession, out } = run;
  const { convolutions, parameters, loader } = student;
  const ranks = ranksOf(parameters, convolutions);
  const graph = distillationGraph({
    teacher: freezeLossNetwork(teacher),
    ranks,
    deepest,
    styleLayers,
    meanDiscount,
    batch: 1,
    size,
  });
  const training = await createSession(writeOnnx(lower(graph, 'cpu')));
  const optimizer = await createSession(writeOnnx(optimizerGraph(lowRankParameters(convolutions, ranks))));
  const described = { ...describeStudent(convolutions, ranks), pictureCount: loader.pictures };
  const schedule = { name: 'cosine', warmUp: Math.min(20, Math.floor(steps / 10)), every: steps } as const;
  let latest = startingFrom(parameters);
  let last: DistillationLosses | undefined;
  const save = () => writeWholeFile(out, encodeWeights(assembleStudent(teacher, convolutions, latest), 'half'));
  run.onStart(described);
  try {
    await trainingLoop<DistillationLosses>(
      {
        trainingSteps: oneAtATime(
          createTrainingStep({ training, optimizer, losses, microBatch: 1, size, constants: {} }),
        ),
        stepsPerRun: 1,
        checkpointEvery: run.saveEvery,
        steps,
        batch,
        signal: run.signal,
        learningRateAt: (step) => learningRateAt({ schedule, learningRate, steps }, step),
        nextBatch: () => loader.next(),
        now: () => performance.now() / 1000,
        onStep: async (metrics, state) => {
          latest = state;
          last = metrics;
          run.onStep(metrics);
          if (state.step % run.saveEvery === 0) await save();
        },
        onRejected: async (reason) => run.onWarning(`${reason}; the learning rate is halved`),
      },
      latest,
    );
    await save();
  } finally {
    await Promise.all([training.release(), optimizer.release()]);
  }
  return { ...described, out, step: latest.step, last };
}
