/*
 * Trains from a folder of ONNX Runtime training artifacts with the training package of 1.19, in a process of its own: the
 * package brings a runtime of its own, and reading its parameters damages its memory, so that it is done last.
 * On stdin an OrtTrainingTask, on stdout an OrtTrainingOutcome, as JSON.
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import type { OrtFeeds, OrtTrainingOutcome, OrtTrainingTask } from './ort-training.ts';

interface OrtTensor {
  readonly dims: readonly number[];
  readonly data: Float32Array;
}

type OrtResults = Readonly<Record<string, OrtTensor>>;

interface TrainingSession {
  readonly trainingInputNames: readonly string[];
  runTrainStep(feeds: OrtResults): Promise<OrtResults>;
  runOptimizerStep(): Promise<void>;
  lazyResetGrad(): Promise<void>;
  runEvalStep(feeds: OrtResults): Promise<OrtResults>;
  getContiguousParameters(trainableOnly: boolean): Promise<OrtTensor>;
}

/** The part of onnxruntime-web 1.19's training build that is used here; the package has no types for this entry. */
interface TrainingPackage {
  readonly env: { readonly wasm: { numThreads: number; wasmPaths: { mjs: string }; wasmBinary: Uint8Array } };
  readonly Tensor: new (type: 'float32', data: Float32Array, dims: readonly number[]) => OrtTensor;
  readonly TrainingSession: {
    create(
      options: Readonly<Record<'checkpointState' | 'trainModel' | 'evalModel' | 'optimizerModel', Uint8Array>>,
    ): Promise<TrainingSession>;
  };
}

async function loadPackage(): Promise<TrainingPackage> {
  const dist = dirname(createRequire(import.meta.url).resolve('onnxruntime-web-training'));
  const runtime: TrainingPackage = await import(pathToFileURL(join(dist, 'ort.training.wasm.min.mjs')).href);
  runtime.env.wasm.numThreads = 1;
  runtime.env.wasm.wasmPaths = { mjs: pathToFileURL(join(dist, 'ort-training-wasm-simd-threaded.mjs')).href };
  runtime.env.wasm.wasmBinary = await readFile(join(dist, 'ort-training-wasm-simd-threaded.wasm'));
  return runtime;
}

async function train({ folder, steps }: OrtTrainingTask): Promise<OrtTrainingOutcome> {
  const runtime = await loadPackage();
  const session = await runtime.TrainingSession.create({
    checkpointState: await readFile(join(folder, 'checkpoint')),
    trainModel: await readFile(join(folder, 'training_model.onnx')),
    evalModel: await readFile(join(folder, 'eval_model.onnx')),
    optimizerModel: await readFile(join(folder, 'optimizer_model.onnx')),
  });
  // The package takes the feeds in the order in which they come, whatever their names.
  const ordered = (feeds: OrtFeeds): OrtResults =>
    Object.fromEntries(
      session.trainingInputNames.map((name) => {
        const { shape = [], data = [] } = feeds[name] ?? {};
        return [name, new runtime.Tensor('float32', Float32Array.from(data), shape)];
      }),
    );
  const losses: number[] = [];
  for (const runs of steps) {
    for (const feeds of runs) losses.push((await session.runTrainStep(ordered(feeds))).loss?.data[0] ?? Number.NaN);
    await session.runOptimizerStep();
    await session.lazyResetGrad();
  }
  const evaluation = Object.entries(await session.runEvalStep(ordered(steps[0]?.[0] ?? {})));
  return {
    inputs: session.trainingInputNames,
    losses,
    evaluation: Object.fromEntries(evaluation.map(([name, { data }]) => [name, [...data]])),
    parameters: [...(await session.getContiguousParameters(true)).data],
  };
}

const task: OrtTrainingTask = JSON.parse(await text(process.stdin));
process.stdout.write(JSON.stringify(await train(task)));
