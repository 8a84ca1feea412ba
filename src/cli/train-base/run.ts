import { join } from 'node:path';
import { createWritingSession } from '../../infer/session.node.ts';
import type { CreateSession } from '../../loss-network/objective/graph-session.ts';
import type { BaseConfiguration, DescriptorScale } from '../../style-file/base/base-configuration.ts';
import { baseRun } from '../../train/base/base-run.ts';
import {
  type BaseTrainingRun,
  measurePaintings,
  type OpenPaintings,
  openPaintings,
  runBaseTraining,
} from '../../train/base/run-base-training.node.ts';
import type { RestoredCheckpoint } from '../../train/run/checkpoint-files.node.ts';
import { RunFolder } from '../../train/run/run-folder.node.ts';
import { actualDevice } from '../shared/actual-device.ts';
import { stopOnInterrupt } from '../shared/interrupt.ts';
import { packageVersion } from '../shared/version.ts';
import { TrainingProgress } from '../train/progress.ts';
import { reportTraining } from '../train/training-end.ts';
import { stopNotice } from '../train/with-progress.ts';
import {
  type NewBaseConfiguration,
  newConfiguration,
  resumedConfiguration,
  type TrainBaseArguments,
} from './configuration.ts';

/** Trains a base as the flags say, with progress on stderr, and reports where it is. */
export async function runTrainBase(flags: TrainBaseArguments, json: boolean): Promise<void> {
  const device = await actualDevice(flags.device);
  const createSession: CreateSession = (model) => createWritingSession(model, { device, threads: flags.threads });
  const { configuration, ...rest } = await plan(flags);
  const paintings = await openPaintings(configuration, createSession, say);
  try {
    const descriptorScale = configuration.descriptorScale ?? (await lookAtAll(configuration, paintings));
    const planned = { ...rest, configuration: { ...configuration, descriptorScale }, createSession, target: device };
    await trainWithProgress(planned, paintings, flags, json);
  } finally {
    await paintings.release();
  }
}

async function trainWithProgress(
  planned: Pick<BaseTrainingRun, 'configuration' | 'out' | 'resumeFrom' | 'createSession' | 'target'>,
  paintings: OpenPaintings,
  { maxMinutes }: Pick<TrainBaseArguments, 'maxMinutes'>,
  json: boolean,
): Promise<void> {
  const { configuration, out } = planned;
  const progress = new TrainingProgress({ ...configuration, styleName: counted(configuration) });
  const stop = stopOnInterrupt(stopNotice);
  const run: BaseTrainingRun = {
    ...planned,
    stepsPerRun: 1,
    version: packageVersion,
    signal: stop.signal,
    onStart: (start) => {
      progress.start(start);
      if (maxMinutes !== undefined) stop.after(maxMinutes);
    },
    onStep: (metrics) => progress.step(metrics),
    onSkip: (photograph) => progress.skip(photograph),
    onWarning: (message) => progress.warn(message),
  };
  const result = await runBaseTraining(run, paintings).finally(() => {
    progress.end();
    stop.dispose();
  });
  const { steps } = configuration;
  reportTraining(result, { steps, batchFromNothing: undefined, out, maxMinutes, stoppedByUser: stop.byUser() }, json);
}

interface Plan {
  readonly configuration: NewBaseConfiguration;
  readonly out: string;
  readonly resumeFrom?: RestoredCheckpoint<BaseConfiguration>;
}

async function plan(flags: TrainBaseArguments): Promise<Plan> {
  if (flags.resume !== undefined) {
    const resumeFrom = await RunFolder.readCheckpoint(baseRun, flags.resume);
    const { configuration, state } = resumeFrom;
    return { configuration: resumedConfiguration(flags, configuration, state.step), out: flags.resume, resumeFrom };
  }
  const out = flags.out ?? join('runs', 'base');
  await RunFolder.requireNew(baseRun, out);
  return { configuration: await newConfiguration(flags), out };
}

function lookAtAll(configuration: NewBaseConfiguration, paintings: OpenPaintings): Promise<DescriptorScale> {
  say(`Looking at ${counted(configuration)}`);
  return measurePaintings(configuration, paintings);
}

function counted({ paintings }: Pick<BaseConfiguration, 'paintings'>): string {
  const { size } = new Set(paintings.flat());
  return size === 1 ? 'one painting' : `${size} paintings`;
}

function say(sentence: string): void {
  process.stderr.write(`${sentence}\n`);
}
