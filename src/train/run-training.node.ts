import { readFile } from 'node:fs/promises';
import { transformNetworkParameters } from '../graph-builder/networks/transform-network.ts';
import { decodeResized } from '../image/decode.node.ts';
import { findPictures } from '../image/find.node.ts';
import { requireWritableFolder } from '../image/make-folder.node.ts';
import { styleRun } from './checkpoint.ts';
import type { RestoredCheckpoint } from './checkpoint-files.node.ts';
import { recipeOf, type TrainingConfiguration } from './configuration.ts';
import { photographIndexFile } from './data/index-file.node.ts';
import { describeListChange, fingerprintList } from './data/list-fingerprint.node.ts';
import type { ListFingerprint } from './data/list-fingerprint.ts';
import { createPhotographLoader, type PhotographLoader, type SkippedPhotograph } from './data/loader.node.ts';
import { defaultValidationCount, splitValidation, type ValidationSplit } from './data/validation-split.ts';
import { runFailure } from './failure.node.ts';
import type { CreateSession } from './graph-session.ts';
import { loadObjective } from './load-objective.node.ts';
import { type StepMetrics, type TrainingLoop, trainingLoop } from './loop.ts';
import type { StepLosses } from './losses.ts';
import { objectiveFeeds } from './objective-feeds.ts';
import { choosePreviews, loadPreviews } from './previews.node.ts';
import { RunFolder } from './run-folder.node.ts';
import { RunRecorder } from './run-recorder.node.ts';
import { learningRateAt } from './schedule.ts';
import { SkipWarnings } from './skip-warnings.ts';
import { readStartingNetwork } from './starting-network.ts';
import { computeStyleTargets } from './style-targets.ts';
import { provenanceOf } from './styles/provenance.node.ts';
import { createTrainer, type Trainer } from './training-sessions.ts';
import { initialState, startingFrom, type TrainingState } from './training-state.ts';
import { createValidator } from './validation.node.ts';

/** A training run: what to train, where to write, on which sessions, and whom to tell. */
export interface TrainingRun {
  readonly configuration: TrainingConfiguration;
  readonly out: string;
  /** Checkpoint to go on from; by default a new network. */
  readonly resumeFrom?: RestoredCheckpoint | undefined;
  /** Optimiser steps in one run of a session. */
  readonly stepsPerRun: number;
  readonly createSession: CreateSession;
  readonly version: string;
  /** Stops the run after the step under way; all is saved. */
  readonly signal: AbortSignal;
  readonly onStart: (start: { readonly photographs: number; readonly step: number }) => void;
  readonly onStep: (metrics: StepMetrics) => void;
  readonly onSkip: (photograph: SkippedPhotograph) => void;
  /** Told one sentence of what went wrong without ending the run; warnings.jsonl has it too. */
  readonly onWarning: (message: string) => void;
  /** Called when a checkpoint and all that belongs to it are written. */
  readonly onCheckpoint?: (step: number) => void;
}

export interface TrainingResult {
  readonly model: string;
  readonly step: number;
  readonly skipped: number;
  /** The share of the time, 0 to 1, for which the training waited for photographs. */
  readonly idleShare: number;
  readonly last: StepMetrics | undefined;
}

/** A run whose files and sessions are open. */
interface OpenRun {
  readonly run: TrainingRun;
  readonly start: TrainingState;
  readonly trainer: Trainer;
  readonly loader: PhotographLoader;
  readonly skipWarnings: SkipWarnings;
  readonly folder: RunFolder<TrainingConfiguration>;
  readonly recorder: RunRecorder;
  /** Of all photographs that the content folder holds now. */
  readonly fingerprint: ListFingerprint;
  /** How many photographs there are to train on. */
  readonly photographs: number;
}

/** How far a run has come. */
interface Progress {
  latest: TrainingState;
  last: StepMetrics | undefined;
  /** How long the loop ran. */
  seconds: number;
}

/**
 * Trains a style from files to files: DIR/model.onnx, the last two checkpoints, metrics.jsonl, validation.jsonl,
 * warnings.jsonl, previews/ and config.json. The checkpoint, the model, the previews and the validation figures are
 * written every `checkpointEvery` steps, at the end, and when the signal or a failure ends the run; a checkpoint also
 * before the first step. A run that is resumed ends with the parameters of one that was never interrupted.
 * @throws one sentence, before anything is trained, if a file, a folder, the weights or the device are not to be had;
 * later one that says why the run ended and which state is saved
 */
export async function runTraining(run: TrainingRun): Promise<TrainingResult> {
  const open = await openRun(run);
  const { loader, trainer } = open;
  try {
    return await train(open);
  } finally {
    await Promise.all([loader.close(), trainer.release()]);
  }
}

async function openRun(run: TrainingRun): Promise<OpenRun> {
  const { configuration, out, resumeFrom, createSession, version } = run;
  const { network, weights, layerWeights, batch, size, seed } = configuration;
  await requireWritableFolder(out);
  if (!resumeFrom) await RunFolder.requireNew(styleRun, out);
  const found = await findPictures(configuration.content);
  const files = splitPhotographs(found, configuration);
  const fingerprint = fingerprintList(configuration.content, found);
  const style = await decodeResized(configuration.style, { shortSide: configuration.styleSize });
  const previews = configuration.previews
    ? await loadPreviews(configuration.previews)
    : await choosePreviews([...files.validation, ...files.training]);
  const objective = await loadObjective(configuration.lossNetwork, recipeOf(configuration));
  const styleTargets = await computeStyleTargets(objective, style, createSession);
  const constants = objectiveFeeds({ styleTargets, weights, layerWeights });
  const validator = await createValidator({
    network,
    objective,
    size,
    constants,
    files: files.validation,
    createSession,
  });
  const validation = files.validation.length;
  const provenance = await provenanceOf({ configuration, objective, fingerprint, validation });
  const { stepsPerRun } = run;
  const trainer = await createTrainer({ configuration, objective, constants, stepsPerRun, createSession });
  const folder = resumeFrom
    ? await RunFolder.reopen(styleRun, out, configuration, resumeFrom)
    : await RunFolder.create(styleRun, out, configuration);
  const { onCheckpoint } = run;
  const recorded = {
    configuration,
    fingerprint,
    provenance,
    version,
    previews,
    validator,
    createSession,
    onCheckpoint,
  };
  const start = resumeFrom?.state ?? (await firstState(configuration));
  const { cursor } = start;
  const skipWarnings = new SkipWarnings();
  const onSkip = (photograph: SkippedPhotograph) => {
    skipWarnings.count(photograph);
    run.onSkip(photograph);
  };
  const loader = createPhotographLoader({
    files: files.training,
    heldOut: files.validation,
    folder: configuration.content,
    indexFile: photographIndexFile(configuration.content),
    ...{ size, batch, seed, cursor, onSkip, onWarning: run.onWarning },
    // While one run of the session is under way, the batches of the next are made.
    prefetch: run.stepsPerRun + 3,
  });
  const recorder = new RunRecorder(folder, recorded, resumeFrom?.state);
  const photographs = files.training.length;
  return { run, start, trainer, loader, skipWarnings, folder, recorder, fingerprint, photographs };
}

/** The state before the first step. */
async function firstState({ from, network, seed }: TrainingConfiguration): Promise<TrainingState> {
  if (from === undefined) return initialState(transformNetworkParameters(network), seed);
  return startingFrom(readStartingNetwork(await readFile(from), from).parameters);
}

function splitPhotographs(
  files: readonly string[],
  { validation = defaultValidationCount(files.length), seed }: TrainingConfiguration,
): ValidationSplit {
  return splitValidation(files, validation, seed);
}

async function train(open: OpenRun): Promise<TrainingResult> {
  const { run, start, loader, folder, recorder, photographs } = open;
  const { configuration, out } = run;
  const progress: Progress = { latest: start, last: undefined, seconds: 0 };
  try {
    await begin(open);
    run.onStart({ photographs, step: start.step });
    try {
      const began = performance.now();
      await trainingLoop(loopOf(open, progress), start);
      progress.seconds = (performance.now() - began) / 1000;
    } finally {
      // Also when the loop failed: what was learnt until then is not lost.
      await recorder.save(progress.latest);
    }
  } catch (error) {
    throw runFailure(error, { out, content: configuration.content, savedStep: recorder.savedStep });
  }
  const { latest, last, seconds } = progress;
  const idleShare = seconds > 0 ? loader.waitedSeconds / seconds : 0;
  return { model: folder.file('model.onnx'), step: latest.step, skipped: loader.skipped().total, idleShare, last };
}

async function begin(open: OpenRun): Promise<void> {
  const { run, start, recorder, fingerprint } = open;
  const { resumeFrom, configuration } = run;
  // A run that is killed before its first checkpoint can be resumed as well.
  if (!resumeFrom) await recorder.saveCheckpoint(start);
  if (resumeFrom) {
    const { damage } = resumeFrom;
    if (damage) await warn(open, start.step, `${damage}; the checkpoint before it, of step ${start.step}, is used`);
    const change = describeListChange(configuration.content, resumeFrom.photographs, fingerprint);
    if (change) await warn(open, start.step, change);
  }
  // With all steps done before, what is left to do is to have the model on the disk.
  if (start.step >= configuration.steps) await recorder.saveModel(start);
}

function loopOf(open: OpenRun, progress: Progress): TrainingLoop<StepLosses> {
  const { run, trainer, loader, skipWarnings, folder, recorder } = open;
  const { configuration, stepsPerRun, signal } = run;
  const { steps, batch, checkpointEvery } = configuration;
  return {
    trainingSteps: trainer.trainingSteps,
    stepsPerRun,
    checkpointEvery,
    steps,
    batch,
    signal,
    learningRateAt: (step) => learningRateAt(configuration, step),
    nextBatch: async () => {
      const batch = await loader.next();
      for (const message of skipWarnings.take()) await folder.appendWarning(progress.latest.step + 1, message);
      return batch;
    },
    now: () => performance.now() / 1000,
    onStep: async (metrics, state) => {
      progress.last = metrics;
      progress.latest = state;
      await folder.appendMetrics(metrics);
      run.onStep(metrics);
      // Of steps made at once the last one's state is the only one there is.
      if (metrics.step === state.step && state.step % checkpointEvery === 0) await recorder.save(state);
    },
    onRejected: async (reason, state) => {
      progress.latest = state;
      const rate = `${state.learningRateFactor} of the schedule's`;
      await warn(open, state.step + 1, `${reason}; its photographs are left out and the learning rate is now ${rate}`);
    },
  };
}

async function warn({ run, folder }: OpenRun, step: number, message: string): Promise<void> {
  run.onWarning(message);
  await folder.appendWarning(step, message);
}
