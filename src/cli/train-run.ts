import { join, resolve } from 'node:path';
import { createWritingSession } from '../infer/session.node.ts';
import type { RestoredCheckpoint } from '../train/checkpoint-files.node.ts';
import type { TrainingConfiguration } from '../train/configuration.ts';
import { RunFolder } from '../train/run-folder.node.ts';
import { runTraining, type TrainingResult } from '../train/run-training.node.ts';
import { InterruptedError, UsageError } from './exit.ts';
import { stopOnInterrupt } from './interrupt.ts';
import { report } from './options.ts';
import { newConfiguration, resumedConfiguration, type TrainArguments } from './train-configuration.ts';
import { TrainingProgress } from './train-progress.ts';
import { openTrainingReport } from './train-report.ts';
import { packageVersion } from './version.ts';

const stopNotice = 'Stopping after this step and saving; press Ctrl-C again to stop at once without saving.';

/** Trains as the flags say, with progress on stderr, and reports where the model is. */
export async function runTrain(flags: TrainArguments, json: boolean): Promise<void> {
  const { configuration, out, resumeFrom } = flags.resume ? await resumed(flags, flags.resume) : await fresh(flags);
  const stepsPerRun = chooseStepsPerRun(flags, configuration);
  const trainingReport = await openTrainingReport(flags, out);
  const stop = stopOnInterrupt(stopNotice, flags.maxMinutes);
  const progress = new TrainingProgress(configuration);
  const { device, threads } = flags;
  let result: TrainingResult;
  try {
    result = await runTraining({
      configuration,
      out,
      resumeFrom,
      stepsPerRun,
      createSession: (model) => createWritingSession(model, { device, threads }),
      version: packageVersion,
      signal: stop.signal,
      onStart: (start) => progress.start(start),
      onStep: (metrics) => {
        progress.step(metrics);
        trainingReport.onStep(metrics);
      },
      onSkip: (photograph) => {
        progress.skip(photograph);
        trainingReport.onSkip(photograph);
      },
      onWarning: (message) => progress.warn(message),
      onCheckpoint: (step) => trainingReport.onCheckpoint(step),
    });
  } finally {
    progress.end();
    await trainingReport.close();
    stop.dispose();
  }
  const isDone = result.step >= configuration.steps;
  const stopped = `stopped after step ${result.step}, all saved; go on with --resume ${out}`;
  if (!isDone && stop.byUser()) throw new InterruptedError(stopped);
  const skipped = result.skipped === 0 ? '' : ` (${result.skipped} photographs could not be used)`;
  const idle = `it waited ${(100 * result.idleShare).toFixed(1)} % of the time for photographs`;
  const done = `${result.model} is trained, ${result.step} steps, ${idle}${skipped}`;
  report(result, isDone ? done : `The ${flags.maxMinutes} minutes are over: ${stopped}`, json);
}

/** On a GPU behind a bus, the state crosses it once a run; elsewhere a run of one step loses nothing. */
function chooseStepsPerRun(
  { stepsPerRun, device }: TrainArguments,
  { clipGradients, stabilityWeight }: TrainingConfiguration,
): number {
  const isPlain = clipGradients === undefined && stabilityWeight === 0;
  if (stepsPerRun === undefined) return device === 'cuda' && isPlain ? 20 : 1;
  if (stepsPerRun > 1 && device === 'webgpu') {
    throw new UsageError(
      `Expected --steps-per-run 1 with --device webgpu, which runs loops on the CPU, but received ${stepsPerRun}`,
    );
  }
  if (stepsPerRun > 1 && !isPlain) {
    throw new UsageError(
      `Expected --steps-per-run 1 with --clip-gradients or --stability-weight but received ${stepsPerRun}`,
    );
  }
  return stepsPerRun;
}

interface Plan {
  readonly configuration: TrainingConfiguration;
  readonly out: string;
  readonly resumeFrom?: RestoredCheckpoint;
}

async function fresh(flags: TrainArguments): Promise<Plan> {
  const configuration = await newConfiguration(flags);
  return { configuration, out: flags.out ?? join('runs', configuration.styleName) };
}

/** An earlier run goes on as it was configured; its length can be changed, and where and how often it writes what. */
async function resumed(flags: TrainArguments, folder: string): Promise<Plan> {
  if (flags.out !== undefined && resolve(flags.out) !== resolve(folder)) {
    throw new UsageError(`Expected no --out but that of the run, ${folder}, with --resume but received ${flags.out}`);
  }
  const resumeFrom = await RunFolder.readCheckpoint(folder);
  const configuration = await resumedConfiguration(flags, resumeFrom.configuration);
  if (configuration.steps < resumeFrom.state.step) {
    throw new UsageError(
      `Expected at least the ${resumeFrom.state.step} steps that ${folder} has done but received ${configuration.steps}; set --steps`,
    );
  }
  return { configuration, out: folder, resumeFrom };
}
