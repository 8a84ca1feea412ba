import type { Device } from '../infer/device.ts';
import { createWritingSession } from '../infer/session.node.ts';
import type { TrainingConfiguration } from '../train/configuration.ts';
import { runTraining, type TrainingResult, type TrainingRun } from '../train/run-training.node.ts';
import { UsageError } from './exit.ts';
import { TrainingProgress } from './train-progress.ts';
import { openTrainingReport, type TrainingReportArguments } from './train-report.ts';
import { packageVersion } from './version.ts';

/** What the user is told at the first Ctrl-C while a network is trained. */
export const stopNotice = 'Stopping after this step and saving; press Ctrl-C again to stop at once without saving.';

/** The run that a command trains. */
export interface CommandRun extends Pick<TrainingRun, 'configuration' | 'out' | 'resumeFrom' | 'signal'> {
  /** Called when all that the run needs is there and its first step is about to begin. */
  readonly onStart?: () => void;
}

/** Where a command trains, and what it reports besides. */
export interface CommandTraining extends TrainingReportArguments {
  readonly stepsPerRun: number | undefined;
  readonly device: Device;
  readonly threads: number | undefined;
}

/**
 * Trains with progress on stderr and the report beside it.
 * @throws UsageError if the steps of a run contradict other flags; otherwise as runTraining, or if the report's port is taken
 */
export async function trainWithProgress(
  { configuration, out, resumeFrom, signal, onStart }: CommandRun,
  flags: CommandTraining,
): Promise<TrainingResult> {
  const { device, threads } = flags;
  const stepsPerRun = chooseStepsPerRun(flags, configuration);
  const trainingReport = await openTrainingReport(flags, out);
  const progress = new TrainingProgress(configuration);
  try {
    return await runTraining({
      configuration,
      out,
      resumeFrom,
      stepsPerRun,
      createSession: (model) => createWritingSession(model, { device, threads }),
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
  } finally {
    progress.end();
    await trainingReport.close();
  }
}

/** On a GPU behind a bus, the state crosses it once a run; elsewhere a run of one step loses nothing. */
function chooseStepsPerRun(
  { stepsPerRun, device }: CommandTraining,
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
