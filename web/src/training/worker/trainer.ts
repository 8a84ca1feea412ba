import { openRuntime, type Runtime, wasmRuntime } from '../../../../src/infer/open-stylizer.browser.ts';
import { objectiveOf } from '../../../../src/loss-network/objective/objective-of.ts';
import { recipeOf } from '../../../../src/style-file/training-configuration.ts';
import type { TrainingState } from '../../../../src/train/training-state.ts';
import { StorageError } from '../../storage/database.ts';
import { describeFailure } from '../../worker/describe-failure.ts';
import { runtimeFiles } from '../../worker/runtime-files.ts';
import { withoutOthers } from '../lock.ts';
import type { FromTrainer, ToTrainer } from '../protocol.ts';
import { fetchFiles } from './files.ts';
import { type PreparedTraining, prepareNew, prepareStored } from './prepare.ts';
import { type History, store } from './recorder.ts';
import { sessionsOf } from './sessions.ts';
import { type TrainingRun, train } from './train.ts';

/** Between two states that are stored at least so many milliseconds pass, however fast the steps are. */
const quietTime = 8000;

const stop = new AbortController();

self.addEventListener('message', ({ data }: MessageEvent<ToTrainer>) => {
  if (data.kind === 'pause') stop.abort();
  else void answer(data);
});

type Command = Exclude<ToTrainer, { kind: 'pause' }>;

async function answer(command: Command): Promise<void> {
  try {
    await withoutOthers(() => carryOut(command));
    post({ kind: 'ended' });
  } catch (error) {
    post({ kind: 'failed', message: describeFailure(error, whatToDo).message });
  }
}

const whatToDo =
  'This device has not enough memory free for this training. Start one with smaller pictures (under “More settings”).';

async function carryOut(command: Command): Promise<void> {
  post({ kind: 'phase', text: 'Fetching the photographs to train with' });
  const { lossNetwork, photographs } = await fetchFiles();
  const prepared =
    command.kind === 'begin' ? await prepareNew(command.order, photographs) : await prepareStored(photographs);
  const objective = objectiveOf(lossNetwork, recipeOf(prepared.configuration));
  const training = new RecordedTraining(prepared);
  const runOn = (runtime: Runtime) => training.run({ objective, photographs, runtime });
  const runtime = await openRuntime(command.device, runtimeFiles);
  try {
    await runOn(runtime);
  } catch (error) {
    if (runtime.device === 'wasm' || error instanceof StorageError) throw error;
    const note = 'The graphics card (WebGPU) failed, so the processor is used.';
    await runOn(await wasmRuntime(runtimeFiles, undefined, note));
  }
}

/** A training whose states are stored as it goes on. */
class RecordedTraining {
  #latest: TrainingState;
  #stored: TrainingState;
  #storedAt = Number.NEGATIVE_INFINITY;
  #history: History;

  constructor(private readonly prepared: PreparedTraining) {
    this.#latest = prepared.start;
    this.#stored = prepared.start;
    this.#history = prepared.history;
  }

  /** Trains from the latest state on, to the end or until it is stopped; then the last state is stored. */
  async run({ objective, photographs, runtime }: Pick<TrainingRun, 'objective' | 'photographs' | 'runtime'>) {
    const { device, threads, note } = runtime;
    post({ kind: 'runtime', runtime: { device, threads, note } });
    const { configuration, style } = this.prepared;
    const run: TrainingRun = {
      ...{ configuration, style, objective, photographs, runtime },
      signal: stop.signal,
      onPhase: (text) => post({ kind: 'phase', text }),
      onStep: async ({ step, loss, secondsPerStep }, state) => {
        this.#latest = state;
        this.#history = {
          losses: [...this.#history.losses.slice(0, step - 1), loss],
          secondsPerStep: smoothed(this.#history.secondsPerStep, secondsPerStep),
        };
        post({ kind: 'step', step, loss, secondsPerStep: this.#history.secondsPerStep });
        if (step === state.step && this.#isDue(configuration.checkpointEvery)) await this.#store(runtime);
        // Only between tasks can the word come through that the training is to be paused.
        await new Promise((resolve) => setTimeout(resolve));
      },
      onRejected: async (reason, state) => {
        this.#latest = state;
        post({
          kind: 'warning',
          text: `${reason}; its photographs are left out and the training goes on more slowly.`,
        });
      },
    };
    await train(run, this.#latest);
    if (this.#latest !== this.#stored) await this.#store(runtime);
  }

  #isDue(every: number): boolean {
    return this.#latest.step % every === 0 && performance.now() - this.#storedAt > quietTime;
  }

  async #store(runtime: Runtime): Promise<void> {
    await store(this.#latest, this.prepared, this.#history, (model) => sessionsOf(runtime)(model, []));
    this.#stored = this.#latest;
    this.#storedAt = performance.now();
    post({ kind: 'saved', step: this.#latest.step });
  }
}

/** A mean in which each value weighs less the older it is. */
function smoothed(mean: number | undefined, value: number): number {
  return mean === undefined ? value : mean + (value - mean) / 6;
}

function post(message: FromTrainer): void {
  self.postMessage(message);
}
