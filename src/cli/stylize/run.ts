import { removeUnfinished } from '../../files/write-file.node.ts';
import { hasQuality } from '../../image/encode.node.ts';
import { createStylizer } from '../../infer/index.node.ts';
import { InterruptedError } from '../shared/exit.ts';
import { report } from '../shared/options.ts';
import { type RequestedModelFlags, readRequestedModel, withNamedStyle } from '../shared/requested-model.ts';
import { type Outcome, stylizeMany } from './many.ts';
import { Origins } from './origin.ts';
import { type PictureOptions, pictureOptions } from './picture.ts';
import { type Failure, planStylizing, type StylizePlan } from './plan.ts';
import type { Shard } from './shard.ts';

/** The flags of `impasto stylize`. */
export interface StylizeArguments extends PictureOptions, RequestedModelFlags {
  readonly input: readonly string[];
  readonly output: string;
  readonly maxMegapixels: number;
  readonly shard: Shard | undefined;
}

/** Stylizes the pictures, with progress on stderr, and reports what was written. */
export async function runStylize(given: StylizeArguments, json: boolean): Promise<void> {
  const flags = await withNamedStyle(given);
  const { output, style, device, threads } = flags;
  const plan = await planStylizing(flags.input, output, flags.shard, style === undefined ? [] : [style]);
  const { jobs } = plan;
  if (jobs.length === 0) refuseEmpty(plan);
  if (flags.quality !== undefined && !jobs.some(({ output: written }) => hasQuality(written))) {
    process.stderr.write('--quality has no effect here: PNG and TIFF lose nothing\n');
  }
  const { bytes, name } = await readRequestedModel(flags);
  const options = pictureOptions(flags);
  const origins = await Origins.of(bytes, options);
  const stylizer = await createStylizer(bytes, { name, device, threads });
  await removeUnfinished(jobs.map((job) => job.output));
  const pixelLimit = flags.maxMegapixels * 1e6;
  const outcome = await stylizeMany(jobs, { stylizer, options, pixelLimit, origins }).finally(() => stylizer.release());
  const { outputs, skipped, stopped } = outcome;
  const failed = [...plan.failed, ...outcome.failed];
  const total = jobs.length + plan.failed.length;
  const [failure] = failed;
  if (total === 1 && failure) throw new Error(failure.reason);
  process.stderr.write(listFailures(failed));
  if (stopped) throw stopError(stopped, outcome, total);
  report(
    { outputs, skipped, failed, model: flags.model ?? name, device: stylizer.device },
    sentence(outcome, jobs.length, flags),
    json,
  );
  if (failure) throw failedOf(failed.length, total);
}

/** @throws if there is nothing to stylize because everything failed: before the model is loaded */
function refuseEmpty({ failed }: StylizePlan): void {
  const [failure] = failed;
  if (failed.length === 1 && failure) throw new Error(failure.reason);
  process.stderr.write(listFailures(failed));
  if (failure) throw failedOf(failed.length, failed.length);
}

function failedOf(failures: number, total: number): Error {
  return new Error(`${count(failures)} of ${total} could not be stylized`);
}

/** Failures that are told one by one; of more there is something wrong with all. */
const listedFailures = 20;

function listFailures(failed: readonly Failure[]): string {
  const lines = failed.slice(0, listedFailures).map(({ reason }) => reason.replaceAll(/\s*\n\s*/g, ' '));
  const others = failed.length - lines.length;
  if (others > 0) lines.push(`and ${others} more, which --json lists`);
  return lines.map((line) => `${line}\n`).join('');
}

function stopError(stopped: 'by the user' | Error, { outputs, skipped }: Outcome, total: number): Error {
  const done = `after ${outputs.length + skipped.length} of ${total} pictures; those are complete, the same command goes on`;
  if (stopped instanceof Error) return new Error(`${stopped.message}; stopped ${done}`, { cause: stopped });
  return new InterruptedError(`stopped ${done}`);
}

function sentence(
  { outputs, skipped }: Outcome,
  total: number,
  { output, shard }: Pick<StylizeArguments, 'output' | 'shard'>,
): string {
  if (shard && total === 0) return `No picture falls into part ${shard.part} of ${shard.parts}`;
  const already = skipped.length > 0 ? 'already ' : '';
  if (total === 1) return `${outputs[0] ?? skipped[0]} is ${already}painted`;
  const earlier = skipped.length > 0 ? `, ${skipped.length} there already` : '';
  return `${count(outputs.length)} painted into ${output}${earlier}`;
}

function count(pictures: number): string {
  return pictures === 1 ? '1 picture' : `${pictures} pictures`;
}
