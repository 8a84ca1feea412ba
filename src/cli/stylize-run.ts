import { dirname } from 'node:path';
import { makeFolder } from '../image/make-folder.node.ts';
import type { Device } from '../infer/device.ts';
import type { Stylizer } from '../infer/stylizer.ts';
import { loadStyle } from '../library/index.node.ts';
import { type StylizeFileOptions, stylizeFile } from '../library/stylize-file.node.ts';
import { InterruptedError } from './exit.ts';
import { stopOnInterrupt } from './interrupt.ts';
import { report } from './options.ts';
import { namedReason, PicturesProgress } from './pictures-progress.ts';
import { planStylizing, type StylizeJob } from './stylize-plan.ts';

/** How each picture is painted, as flags say it. */
interface PictureFlags {
  readonly tile: 'auto' | number | undefined;
  readonly strength: number | undefined;
  readonly keepColors: boolean;
  readonly mask: string | undefined;
  readonly maxSize: number | undefined;
  readonly strokeSize: number | undefined;
  readonly quality: number | undefined;
  readonly keepMetadata: boolean;
}

/** The flags of `impasto stylize`. */
export interface StylizeArguments extends PictureFlags {
  readonly input: readonly string[];
  readonly model: string;
  readonly output: string;
  readonly device: Device;
  readonly threads: number | undefined;
}

/** A picture that could not be stylized, and why. */
interface Failure {
  readonly input: string;
  readonly reason: string;
}

interface Outcome {
  readonly outputs: readonly string[];
  readonly failed: readonly Failure[];
}

/** Stylizes the pictures, with progress on stderr, and reports what was written. */
export async function runStylize(flags: StylizeArguments, json: boolean): Promise<void> {
  const { model, output, device, threads } = flags;
  const jobs = await planStylizing(flags.input, output);
  const loaded = await loadStyle(model, { device, threads });
  let outcome: Outcome;
  try {
    outcome = await stylizeAll(jobs, loaded.stylizer, fileOptions(flags));
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
  options: StylizeFileOptions,
): Promise<Outcome> {
  const outputs: string[] = [];
  const failed: Failure[] = [];
  const interruption = stopOnInterrupt('Stopping after this picture; press Ctrl-C again to stop at once.');
  const progress = new PicturesProgress(jobs.length);
  progress.start();
  try {
    for (const { input, output } of jobs) {
      if (interruption.signal.aborted) throw interrupted(outputs.length, jobs.length);
      const failure = await stylizeJob({ input, output }, stylizer, options);
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

/** Whatever is wrong with one picture must not stop the others. */
async function stylizeJob(
  { input, output }: StylizeJob,
  stylizer: Stylizer,
  options: StylizeFileOptions,
): Promise<Failure | undefined> {
  try {
    await makeFolder(dirname(output));
    await stylizeFile(stylizer, input, output, options);
    return undefined;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { input, reason: namedReason(input, reason) };
  }
}

function fileOptions({ strength = 1, keepColors, ...flags }: PictureFlags): StylizeFileOptions {
  const { tile, mask, maxSize, strokeSize, quality, keepMetadata } = flags;
  return { tile, mask, maxSize, strokeSize, quality, keepMetadata, controls: { strength, keepColors } };
}

function interrupted(done: number, total: number): InterruptedError {
  return new InterruptedError(`stopped after ${done} of ${total} pictures; those are complete`);
}

function count(pictures: number): string {
  return pictures === 1 ? '1 picture' : `${pictures} pictures`;
}
