import { photographIndexFile } from '../../dataset/index-file.node.ts';
import { describeListChange, fingerprintList } from '../../dataset/list-fingerprint.node.ts';
import type { ListFingerprint } from '../../dataset/list-fingerprint.ts';
import { createPhotographLoader, type PhotographLoader, type SkippedPhotograph } from '../../dataset/loader.node.ts';
import { defaultValidationCount, splitValidation, type ValidationSplit } from '../../dataset/validation-split.ts';
import { requireWritableFolder } from '../../files/make-folder.node.ts';
import { findPictures } from '../../image/find.node.ts';
import type { CreateSession } from '../../loss-network/objective/graph-session.ts';
import type { StepLosses } from '../../loss-network/objective/losses.ts';
import type { Target } from '../../lowering/targets.ts';
import type { TrainingConfiguration } from '../../style-file/training-configuration.ts';
import type { RunKind } from '../checkpoint.ts';
import { type StepMetrics, type TrainingLoop, trainingLoop } from '../loop.ts';
import { learningRateAt } from '../schedule.ts';
import type { Trainer } from '../training-sessions.ts';
import type { TrainingState } from '../training-state.ts';
import type { RestoredCheckpoint } from './checkpoint-files.node.ts';
import { runFailure } from './failure.node.ts';
import { RunFolder } from './run-folder.node.ts';
import { RunRecorder } from './run-recorder.node.ts';
import { SkipWarnings } from './skip-warnings.ts';
import type { Validator } from './validation.node.ts';

/** What every kind of run is configured by. */
export type RunConfiguration = Pick<
  TrainingConfiguration,
  'content' | 'size' | 'batch' | 'seed' | 'steps' | 'checkpointEvery' | 'learningRate' | 'schedule' | 'validation'
>;

/** A training run: what to train, where to write, on which sessions, and whom to tell. */
export interface Run<Configuration> {
  readonly configuration: Configuration;
  readonly out: string;
  /** Checkpoint to go on from; by default a new network. */
  readonly resumeFrom?: RestoredCheckpoint<Configuration> | undefined;
  /** Optimiser steps in one run of a session. */
  readonly stepsPerRun: number;
  /** Where the sessions run. */
  readonly target: Target;
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
  readonly onCheckpoint?: ((step: number) => void) | undefined;
}

export interface TrainingResult {
  readonly model: string;
  readonly step: number;
  readonly skipped: number;
  /** The share of the time, 0 to 1, for which the training waited for photographs. */
  readonly idleShare: number;
  readonly last: StepMetrics | undefined;
}

/** The photographs of a run. */
export interface RunPhotographs extends ValidationSplit {
  /** Of all that the content folder holds now. */
  readonly fingerprint: ListFingerprint;
}

/** What one kind of run trains, ready to begin. */
export interface RunParts {
  readonly trainer: Trainer;
  readonly validator: Validator | undefined;
  /** The name of the file in the run's folder that the training is for. */
  readonly modelFile: string;
  /** The state before the first step. */
  readonly firstState: () => Promise<TrainingState>;
  /**
   * Writes that file, and what else shows how far the training has come.
   * @param folder the run's
   */
  readonly saveModel: (folder: string, state: TrainingState) => Promise<void>;
}

/** A run whose files and sessions are open. */
interface OpenRun<Configuration> extends Pick<RunParts, 'trainer' | 'modelFile'> {
  readonly run: Run<Configuration>;
  readonly start: TrainingState;
  readonly loader: PhotographLoader;
  readonly skipWarnings: SkipWarnings;
  readonly folder: RunFolder<Configuration>;
  readonly recorder: RunRecorder<Configuration>;
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
 * Trains from files to files: DIR/ with the model, the last two checkpoints, metrics.jsonl, validation.jsonl,
 * warnings.jsonl, previews/ and config.json. The checkpoint, the model, the previews and the validation figures are
 * written every `checkpointEvery` steps, at the end, and when the signal or a failure ends the run; a checkpoint also
 * before the first step. A run that is resumed ends with the parameters of one that was never interrupted.
 * @param prepare makes ready what is trained, when the photographs are found and before anything is written
 * @throws one sentence, before anything is trained, if a file, a folder, the weights or the device are not to be had;
 * later one that says why the run ended and which state is saved
 */
export async function runSteps<Configuration extends RunConfiguration>(
  kind: RunKind<Configuration>,
  run: Run<Configuration>,
  prepare: (photographs: RunPhotographs) => Promise<RunParts>,
): Promise<TrainingResult> {
  const open = await openRun(kind, run, prepare);
  const { loader, trainer } = open;
  try {
    return await train(open);
  } finally {
    await Promise.all([loader.close(), trainer.release()]);
  }
}

async function openRun<Configuration extends RunConfiguration>(
  kind: RunKind<Configuration>,
  run: Run<Configuration>,
  prepare: (photographs: RunPhotographs) => Promise<RunParts>,
): Promise<OpenRun<Configuration>> {
  const { configuration, out, resumeFrom } = run;
  const { batch, size, seed, content } = configuration;
  await requireWritableFolder(out);
  if (!resumeFrom) await RunFolder.requireNew(kind, out);
  const found = await findPictures(content);
  const files = splitPhotographs(found, configuration);
  const fingerprint = fingerprintList(content, found);
  const { trainer, modelFile, ...parts } = await prepare({ ...files, fingerprint });
  const folder = resumeFrom
    ? await RunFolder.reopen(kind, out, configuration, resumeFrom)
    : await RunFolder.create(kind, out, configuration);
  const start = resumeFrom?.state ?? (await parts.firstState());
  const { cursor } = start;
  const skipWarnings = new SkipWarnings();
  const onSkip = (photograph: SkippedPhotograph) => {
    skipWarnings.count(photograph);
    run.onSkip(photograph);
  };
  const loader = createPhotographLoader({
    files: files.training,
    heldOut: files.validation,
    folder: content,
    indexFile: photographIndexFile(content),
    ...{ size, batch, seed, cursor, onSkip, onWarning: run.onWarning },
    // While one run of the session is under way, the batches of the next are made.
    prefetch: run.stepsPerRun + 3,
  });
  const { onCheckpoint } = run;
  const recorder = new RunRecorder(folder, { configuration, fingerprint, ...parts, onCheckpoint }, resumeFrom?.state);
  const photographs = files.training.length;
  return { run, start, trainer, modelFile, loader, skipWarnings, folder, recorder, fingerprint, photographs };
}

function splitPhotographs(
  files: readonly string[],
  { validation = defaultValidationCount(files.length), seed }: RunConfiguration,
): ValidationSplit {
  return splitValidation(files, validation, seed);
}

async function train<Configuration extends RunConfiguration>(open: OpenRun<Configuration>): Promise<TrainingResult> {
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
  return { model: folder.file(open.modelFile), step: latest.step, skipped: loader.skipped().total, idleShare, last };
}

async function begin<Configuration extends RunConfiguration>(open: OpenRun<Configuration>): Promise<void> {
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

function loopOf<Configuration extends RunConfiguration>(
  open: OpenRun<Configuration>,
  progress: Progress,
): TrainingLoop<StepLosses> {
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

async function warn<Configuration>(
  { run, folder }: OpenRun<Configuration>,
  step: number,
  message: string,
): Promise<void> {
  run.onWarning(message);
  await folder.appendWarning(step, message);
}
