import { createWritingSession } from '../../infer/session.node.ts';
import { runTraining, type TrainingResult, type TrainingRun } from '../../train/run/run-training.node.ts';
import { actualDevice } from '../shared/actual-device.ts';
import { packageVersion } from '../shared/version.ts';
import type { CommandTraining } from './command-training.ts';
import { defaultStepsPerRun } from './configuration.ts';
import { TrainingProgress } from './progress.ts';
import { openTrainingReport } from './report.ts';

/** What the user is told at the first Ctrl-C while a network is trained. */
export const stopNotice = 'Stopping after this step and saving; press Ctrl-C again to stop at once without saving.';

/** The run that a command trains. */
export interface CommandRun extends Pick<TrainingRun, 'configuration' | 'out' | 'resumeFrom' | 'signal'> {
  /** Called when all that the run needs is there and its first step is about to begin. */
  readonly onStart?: () => void;
  /** Called when the model is written, before the report is for the last time. */
  readonly onTrained?: (result: TrainingResult) => Promise<void>;
}

/**
 * Trains with progress on stderr and the report beside it.
 * @throws one sentence if the device is not to be had or the report's port is taken; otherwise as runTraining
 */
export async function trainWithProgress(
  { configuration, out, resumeFrom, signal, onStart, onTrained }: CommandRun,
  flags: CommandTraining,
): Promise<TrainingResult> {
  const { threads } = flags;
  const device = await actualDevice(flags.device);
  const stepsPerRun = flags.stepsPerRun ?? defaultStepsPerRun(device, configuration);
  const trainingReport = await openTrainingReport(flags, out);
  const progress = new TrainingProgress(configuration);
  try {
    const result = await runTraining({
      configuration,
      out,
      resumeFrom,
      stepsPerRun,
      createSession: (model) => createWritingSession(model, { device, threads }),
      target: device,
      version: packageVersion,
      signal,
      onStart: (start) => {
        progress.start(start);
        onStart?.();
      },
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
    progress.end();
    await onTrained?.(result);
    return result;
  } finally {
    progress.end();
    await trainingReport.close();
  }
}
