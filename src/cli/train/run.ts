import { join, resolve } from 'node:path';
import { requireWritableFolder } from '../../files/make-folder.node.ts';
import type { TrainingConfiguration } from '../../style-file/training-configuration.ts';
import { styleRun } from '../../train/checkpoint.ts';
import type { RestoredCheckpoint } from '../../train/run/checkpoint-files.node.ts';
import { RunFolder } from '../../train/run/run-folder.node.ts';
import type { TrainingResult } from '../../train/run/run-training.node.ts';
import { examineTrained } from '../doctor/after-training.ts';
import { UsageError } from '../shared/exit.ts';
import { stopOnInterrupt } from '../shared/interrupt.ts';
import { withPaintedRegion } from '../shared/painting.ts';
import { newConfiguration, resumedConfiguration, type TrainArguments } from './configuration.ts';
import { reportTraining } from './training-end.ts';
import { stopNotice, trainWithProgress } from './with-progress.ts';

/** Trains as the flags say, with progress on stderr, and reports where the model is. */
export async function runTrain(flags: TrainArguments, json: boolean): Promise<void> {
  const { configuration, out, resumeFrom } = flags.resume ? await resumed(flags, flags.resume) : await fresh(flags);
  const stop = stopOnInterrupt(stopNotice);
  const { signal } = stop;
  // The time counts from the first step on: loading alone must not use it up, or a run would never come further.
  const onStart = () => flags.maxMinutes !== undefined && stop.after(flags.maxMinutes);
  const onTrained = async (trained: TrainingResult) => {
    if (trained.step >= configuration.steps) await examineTrained(trained, out, configuration, flags);
  };
  const result = await trainWithProgress({ configuration, out, resumeFrom, signal, onStart, onTrained }, flags).finally(
    stop.dispose,
  );
  const { steps, batch, from } = configuration;
  const batchFromNothing = from === undefined ? batch : undefined;
  reportTraining(
    result,
    { steps, batchFromNothing, out, maxMinutes: flags.maxMinutes, stoppedByUser: stop.byUser() },
    json,
  );
}

interface Plan {
  readonly configuration: TrainingConfiguration;
  readonly out: string;
  readonly resumeFrom?: RestoredCheckpoint;
}

async function fresh(flags: TrainArguments): Promise<Plan> {
  const configuration = await newConfiguration(flags);
  const { out = join('runs', configuration.styleName) } = flags;
  await requireWritableFolder(out);
  return { configuration: await withPaintedRegion(configuration, flags), out };
}

/** An earlier run goes on as it was configured; its length can be changed, and where and how often it writes what. */
async function resumed(flags: TrainArguments, folder: string): Promise<Plan> {
  if (flags.out !== undefined && resolve(flags.out) !== resolve(folder)) {
    throw new UsageError(`Expected no --out but that of the run, ${folder}, with --resume but received ${flags.out}`);
  }
  const resumeFrom = await RunFolder.readCheckpoint(styleRun, folder);
  const configuration = await resumedConfiguration(flags, resumeFrom.configuration);
  if (configuration.steps < resumeFrom.state.step) {
    throw new UsageError(
      `Expected at least the ${resumeFrom.state.step} steps that ${folder} has done but received ${configuration.steps}; set --steps`,
    );
  }
  return { configuration, out: folder, resumeFrom };
}
