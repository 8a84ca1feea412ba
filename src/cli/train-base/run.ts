import { join } from 'node:path';
import { createWritingSession } from '../../infer/session.node.ts';
import { type BaseConfiguration, baseRun } from '../../train/base/base-configuration.ts';
import { measurePaintings, runBaseTraining } from '../../train/base/run-base-training.node.ts';
import type { RestoredCheckpoint } from '../../train/checkpoint-files.node.ts';
import type { CreateSession } from '../../train/graph-session.ts';
import { RunFolder } from '../../train/run-folder.node.ts';
import { actualDevice } from '../actual-device.ts';
import { InterruptedError } from '../exit.ts';
import { stopOnInterrupt } from '../interrupt.ts';
import { report } from '../options.ts';
import { TrainingProgress } from '../train-progress.ts';
import { stopNotice } from '../train-with-progress.ts';
import { packageVersion } from '../version.ts';
import { newConfiguration, resumedConfiguration, type TrainBaseArguments } from './configuration.ts';

/** Trains a base as the flags say, with progress on stderr, and reports where it is. */
export async function runTrainBase(flags: TrainBaseArguments, json: boolean): Promise<void> {
  const device = await actualDevice(flags.device);
  const createSession: CreateSession = (model) => createWritingSession(model, { device, threads: flags.threads });
  const { configuration, out, resumeFrom } = await plan(flags, createSession);
  const { paintings, steps, batch, size } = configuration;
  const styleName = `${new Set(paintings.flat()).size} paintings`;
  const progress = new TrainingProgress({ styleName, steps, batch, size });
  const stop = stopOnInterrupt(stopNotice);
  try {
    const result = await runBaseTraining({
      ...{ configuration, out, resumeFrom, createSession, stepsPerRun: 1, version: packageVersion },
      signal: stop.signal,
      onStart: (start) => {
        progress.start(start);
        if (flags.maxMinutes !== undefined) stop.after(flags.maxMinutes);
      },
      onStep: (metrics) => progress.step(metrics),
      onSkip: (photograph) => progress.skip(photograph),
      onWarning: (message) => progress.warn(message),
    });
    progress.end();
    const isDone = result.step >= steps;
    const stopped = `stopped after step ${result.step}, all saved; go on with --resume ${out}`;
    if (!isDone && stop.byUser()) throw new InterruptedError(stopped);
    const done = `${result.model} is trained, ${result.step} steps`;
    report(result, isDone ? done : `The ${flags.maxMinutes} minutes are over: ${stopped}`, json);
  } finally {
    progress.end();
    stop.dispose();
  }
}

interface Plan {
  readonly configuration: BaseConfiguration;
  readonly out: string;
  readonly resumeFrom?: RestoredCheckpoint<BaseConfiguration>;
}

async function plan(flags: TrainBaseArguments, createSession: CreateSession): Promise<Plan> {
  if (flags.resume !== undefined) {
    const resumeFrom = await RunFolder.readCheckpoint(baseRun, flags.resume);
    const { configuration, state } = resumeFrom;
    return { configuration: resumedConfiguration(flags, configuration, state.step), out: flags.resume, resumeFrom };
  }
  const out = flags.out ?? join('runs', 'base');
  await RunFolder.requireNew(baseRun, out);
  const configuration = await newConfiguration(flags);
  const say = (sentence: string) => void process.stderr.write(`${sentence}\n`);
  say(`Looking at ${new Set(configuration.paintings.flat()).size} paintings`);
  const { descriptorScale = await measurePaintings(configuration, createSession, say) } = configuration;
  return { configuration: { ...configuration, descriptorScale }, out };
}
