import type { Device } from '../infer/device.ts';
import { loadStylizer } from '../infer/index.node.ts';
import { resolveModel } from '../infer/shipped-styles.node.ts';
import type { Stylizer } from '../infer/stylizer.ts';
import { InterruptedError } from './exit.ts';
import { stopOnInterrupt } from './interrupt.ts';
import { report } from './options.ts';
import { PicturesProgress } from './pictures-progress.ts';
import { type Failure, stylizeFile } from './stylize-file.ts';
import { planStylizing, type StylizeJob } from './stylize-plan.ts';

/** The flags of `impasto stylize`. */
export interface StylizeArguments {
  readonly input: readonly string[];
  readonly model: string;
  readonly output: string;
  readonly quality: number | undefined;
  readonly device: Device;
  readonly threads: number | undefined;
}

interface Outcome {
  readonly outputs: readonly string[];
  readonly failed: readonly Failure[];
}

/** Stylizes the pictures, with progress on stderr, and reports what was written. */
export async function runStylize(flags: StylizeArguments, json: boolean): Promise<void> {
  const { model, output, device, threads } = flags;
  const jobs = await planStylizing(flags.input, output);
  const loaded = await loadStylizer(await resolveModel(model), { device, threads });
  let outcome: Outcome;
  try {
    outcome = await stylizeAll(jobs, loaded.stylizer, flags.quality);
  } finally {
    await loaded.stylizer.release();
  }
  const { outputs, failed } = outcome;
  const [failure] = failed;
  if (jobs.length === 1 && failure) throw new Error(failure.reason);
  const sentence = jobs.length === 1 ? `${outputs[0]} is painted` : `${count(outputs.length)} painted into ${output}`;
  report({ outputs, failed, model, device: loaded.device }, sentence, json);
  if (failure) throw new Error(`${count(failed.length)} of ${jobs.length} could not be stylized`);
}

async function stylizeAll(
  jobs: readonly StylizeJob[],
  stylizer: Stylizer,
  quality: number | undefined,
): Promise<Outcome> {
  const outputs: string[] = [];
  const failed: Failure[] = [];
  const interruption = stopOnInterrupt('Stopping after this picture; press Ctrl-C again to stop at once.');
  const progress = new PicturesProgress(jobs.length);
  progress.start();
  try {
    for (const { input, output } of jobs) {
      if (interruption.signal.aborted) throw interrupted(outputs.length, jobs.length);
      const failure = await stylizeFile({ input, output }, stylizer, quality);
      if (failure) {
        failed.push(failure);
        progress.failed(failure.reason);
        continue;
      }
      outputs.push(output);
      progress.done();
    }
  } finally {
    progress.end();
    interruption.dispose();
  }
  return { outputs, failed };
}

function interrupted(done: number, total: number): InterruptedError {
  return new InterruptedError(`stopped after ${done} of ${total} pictures; those are complete`);
}

function count(pictures: number): string {
  return pictures === 1 ? '1 picture' : `${pictures} pictures`;
}
