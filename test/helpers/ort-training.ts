import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { FloatTensor } from '../../src/graph-builder/ir/tensor.ts';

/** What is fed in one run: the session's user inputs by name. */
export type OrtFeeds = Readonly<
  Record<string, { readonly shape: readonly number[]; readonly data: readonly number[] }>
>;

/** What ONNX Runtime's own TrainingSession is to do. */
export interface OrtTrainingTask {
  /** Folder of training_model.onnx, eval_model.onnx, optimizer_model.onnx and checkpoint. */
  readonly folder: string;
  /** The runs of each optimiser step, whose gradients are summed. */
  readonly steps: readonly (readonly OrtFeeds[])[];
}

/** What came of it. */
export interface OrtTrainingOutcome {
  /** What the session expects its user to feed. */
  readonly inputs: readonly string[];
  /** The loss of every run, before the step that it belongs to. */
  readonly losses: readonly number[];
  /** eval_model's outputs for the first run's feeds, after the last step. */
  readonly evaluation: Readonly<Record<string, readonly number[]>>;
  /** All trained parameters one after another. */
  readonly parameters: readonly number[];
}

const script = join(import.meta.dirname, 'ort-training-process.ts');

/**
 * Trains with ONNX Runtime's own TrainingSession (onnxruntime-web 1.19.2), whose learning rate is 0.001.
 * @throws with what the process wrote, if it fails or hangs
 */
export async function trainWithOrt(task: OrtTrainingTask): Promise<OrtTrainingOutcome> {
  const child = spawn(process.execPath, ['--import', 'tsx', script], { timeout: 280_000, killSignal: 'SIGKILL' });
  child.stdin.end(JSON.stringify(task));
  const ended = new Promise<string>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(signal ?? `exit code ${code}`));
  });
  const [output, errors, ending] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  if (ending !== 'exit code 0') throw new Error(`Expected the training process to end well: ${ending}\n${errors}`);
  const outcome: OrtTrainingOutcome = JSON.parse(output);
  return outcome;
}

/** A tensor as `OrtTrainingTask` holds it. */
export function ortFeed({ shape, data }: FloatTensor): OrtFeeds[string] {
  return { shape, data: [...data] };
}
