import { optimizerGraph } from '../graph-builder/artifacts/optimizer-graph.ts';
import { trainingBlockGraph } from '../graph-builder/artifacts/training-block-graph.ts';
import { trainingGraph } from '../graph-builder/artifacts/training-graphs.ts';
import { transformNetworkParameters } from '../graph-builder/networks/transform-network.ts';
import { writeOnnx } from '../graph-builder/serialise/onnx-file.ts';
import { decodeResized } from '../image/decode.node.ts';
import { encodeThumbnail } from '../image/encode.node.ts';
import { findPictures } from '../image/find.node.ts';
import type { Picture } from '../image/picture.ts';
import { blockLoop } from './block-loop.ts';
import type { TrainingConfiguration } from './configuration.ts';
import { createPhotographLoader, type SkippedPhotograph } from './data/loader.node.ts';
import { exportModel } from './export-model.ts';
import type { CreateSession } from './graph-session.ts';
import { loadObjective } from './load-objective.node.ts';
import { type StepMetrics, type TrainingLoop, trainingLoop } from './loop.ts';
import { objectiveFeeds } from './objective-feeds.ts';
import { choosePreviews, loadPreviews, type Preview, writePreviews } from './previews.node.ts';
import { RunFolder } from './run-folder.node.ts';
import { computeStyleTargets } from './style-targets.ts';
import { initialState, type TrainingState } from './training-state.ts';

/** A training run: what to train, where to write, on which sessions, and whom to tell. */
export interface TrainingRun {
  readonly configuration: TrainingConfiguration;
  readonly out: string;
  /** State to go on from; by default a new network. */
  readonly resumeFrom?: TrainingState | undefined;
  /** Steps between checkpoints. */
  readonly checkpointEvery: number;
  /** Photographs to stylize at each checkpoint; by default the first two of the content folder. */
  readonly previews?: readonly string[] | undefined;
  /** Photographs that are worked through at once: 1 takes the least memory. */
  readonly microBatch: number;
  /** Optimiser steps in one run of a session. */
  readonly stepsPerRun: number;
  readonly createSession: CreateSession;
  readonly version: string;
  readonly signal: AbortSignal;
  readonly onStart: (start: { readonly photographs: number; readonly step: number }) => void;
  readonly onStep: (metrics: StepMetrics) => void;
  readonly onSkip: (photograph: SkippedPhotograph) => void;
}

export interface TrainingResult {
  readonly model: string;
  readonly step: number;
  readonly skipped: number;
  readonly last: StepMetrics | undefined;
}

/**
 * Trains a style from files to files: DIR/model.onnx, checkpoint.safetensors, metrics.jsonl, previews/ and config.json.
 * The checkpoint, the model and the previews are written every `checkpointEvery` steps, at the end, and when the signal
 * stops the run.
 * @throws one sentence, before anything is trained, if a file, a folder, the weights or the device are not to be had
 */
export async function runTraining(run: TrainingRun): Promise<TrainingResult> {
  const { configuration, signal } = run;
  if (!run.resumeFrom) RunFolder.requireNew(run.out);
  const files = await findPictures(configuration.content);
  const style = await decodeResized(configuration.style, { shortSide: configuration.styleSize });
  const previews = run.previews ? await loadPreviews(run.previews) : await choosePreviews(files);
  const trainer = await createTrainer(run, style);
  const folder = await RunFolder.open(run.out);
  await folder.writeConfiguration(configuration);
  const start = run.resumeFrom ?? initialState(transformNetworkParameters(configuration.network), configuration.seed);
  await folder.keepMetricsTo(start.step);

  const { batch, size, seed, steps, learningRate } = configuration;
  const loader = createPhotographLoader({ files, size, batch, seed, cursor: start.cursor, onSkip: run.onSkip });
  const thumbnail = await encodeThumbnail(style);
  const save = (state: TrainingState) => saveState(run, folder, previews, state, thumbnail);
  let last: StepMetrics | undefined;
  let latest = start;
  let saved = run.resumeFrom ? start.step : -1;
  try {
    run.onStart({ photographs: files.length, step: start.step });
    try {
      await trainer.train(
        {
          steps,
          batch,
          learningRate,
          signal,
          nextBatch: () => loader.next(),
          now: () => performance.now() / 1000,
          onStep: async (metrics, state) => {
            last = metrics;
            latest = state;
            await folder.appendMetrics(metrics);
            run.onStep(metrics);
            if (metrics.step % run.checkpointEvery === 0) {
              await save(state);
              saved = state.step;
            }
          },
        },
        start,
      );
    } finally {
      // Also when the loop failed: what was learnt until then is not lost.
      if (saved !== latest.step && (latest.step > 0 || signal.aborted)) await save(latest);
    }
    return { model: folder.file('model.onnx'), step: latest.step, skipped: loader.skipped().files.length, last };
  } finally {
    await Promise.all([loader.close(), trainer.release()]);
  }
}

/** The sessions of a run behind the loop that uses them. */
interface Trainer {
  readonly train: (loop: Omit<TrainingLoop, 'sessions'>, start: TrainingState) => Promise<TrainingState>;
  readonly release: () => Promise<unknown>;
}

async function createTrainer(run: TrainingRun, style: Picture): Promise<Trainer> {
  const { configuration, createSession, microBatch, stepsPerRun, checkpointEvery } = run;
  const { network, batch, size, weights, layerWeights } = configuration;
  const objective = await loadObjective(configuration.lossNetwork, configuration.recipe);
  const styleTargets = await computeStyleTargets(objective, style, createSession);
  const constants = objectiveFeeds({ styleTargets, weights, layerWeights });
  if (stepsPerRun > 1) {
    const session = await createSession(writeOnnx(trainingBlockGraph({ network, objective, batch, microBatch, size })));
    const block = { session, batch, size, constants };
    return {
      train: (loop, start) => blockLoop({ ...loop, block, stepsPerRun, checkpointEvery }, start),
      release: () => session.release(),
    };
  }
  const training = await createSession(writeOnnx(trainingGraph({ network, objective, batch: microBatch, size })));
  const optimizer = await createSession(writeOnnx(optimizerGraph(transformNetworkParameters(network))));
  const sessions = { training, optimizer, microBatch, size, constants };
  return {
    train: (loop, start) => trainingLoop({ ...loop, sessions }, start),
    release: () => Promise.all([training.release(), optimizer.release()]),
  };
}

async function saveState(
  { configuration, createSession, version }: TrainingRun,
  folder: RunFolder,
  previews: readonly Preview[],
  state: TrainingState,
  thumbnail: string,
): Promise<void> {
  const checkpoint = { state, configuration };
  await folder.writeCheckpoint(checkpoint);
  const model = exportModel(checkpoint, { thumbnail, version });
  await folder.writeModel(model);
  await writePreviews(folder, previews, model, state.step, createSession);
}
