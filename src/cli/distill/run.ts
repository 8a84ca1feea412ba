import { type DistillationResult, runDistillation } from '../../distillation/run-distillation.node.ts';
import { recipes } from '../../graph-builder/objective/recipes.ts';
import type { Device } from '../../infer/device.ts';
import { createWritingSession } from '../../infer/session.node.ts';
import { requireLayers } from '../../loss-network/weights/layers.ts';
import { loadLossNetwork } from '../../loss-network/weights/load-loss-network.node.ts';
import { InterruptedError, UsageError } from '../shared/exit.ts';
import { stopOnInterrupt } from '../shared/interrupt.ts';
import { report } from '../shared/options.ts';
import { createProgressBar } from '../shared/progress-bar.ts';

/** The flags of `impasto distill`. */
export interface DistillArguments {
  readonly teacher: string;
  readonly pictures: readonly string[];
  readonly out: string;
  readonly start: string | undefined;
  readonly cost: number | undefined;
  readonly layer: string;
  readonly steps: number;
  readonly batch: number;
  readonly size: number;
  readonly learningRate: number;
  readonly seed: number;
  readonly saveEvery: number;
  readonly device: Device;
  readonly threads: number | undefined;
}

/** Distils as the flags say, with progress on stderr, and reports where the student is and what it costs. */
export async function runDistill(flags: DistillArguments, json: boolean): Promise<void> {
  if (flags.start !== undefined && flags.cost !== undefined) {
    throw new UsageError('Expected either --cost or --start, whose cost is what it is, but received both');
  }
  if (flags.batch % flags.pictures.length !== 0) {
    throw new UsageError(
      `Expected a multiple of ${flags.pictures.length}, the number of folders, for --batch but received ${flags.batch}`,
    );
  }
  const teacher = await loadLossNetwork(flags.teacher);
  requireLayers(teacher, flags.layer);
  const start = flags.start === undefined ? undefined : await loadLossNetwork(flags.start);
  const stop = stopOnInterrupt(
    'Stopping after this step and saving; press Ctrl-C again to stop at once without saving.',
  );
  const bar = createProgressBar({
    format: '{bar} {value}/{total} steps | {losses} | {eta_formatted} left',
    etaBuffer: 20,
    noTTYOutput: true,
    notTTYSchedule: 10_000,
  });
  const { device, threads, pictures, out, steps, batch, size, seed } = flags;
  try {
    const result = await runDistillation({
      ...{ teacher, start, pictures, out, steps, batch, size, seed },
      learningRate: flags.learningRate,
      deepest: flags.layer,
      styleLayers: recipes.motifs.styleLayers,
      meanDiscount: recipes.motifs.meanDiscount,
      cost: flags.cost ?? 0.2,
      saveEvery: flags.saveEvery,
      createSession: (model) => createWritingSession(model, { device, threads }),
      signal: stop.signal,
      onStart: ({ pictureCount, cost, teacherCost, ranks }) => {
        const listed = Object.entries(ranks).map(([name, rank]) => `${name} ${rank}`);
        const share = (cost / teacherCost).toFixed(3);
        process.stderr.write(`${pictureCount} pictures; ranks ${listed.join(', ')}: ${share} of the teacher's cost\n`);
        bar.start(steps, 0, { losses: 'starting' });
      },
      onStep: ({ step, loss, features, gram }) => {
        const losses = `loss ${loss.toPrecision(3)} = features ${features.toPrecision(3)}, Gram ${gram.toPrecision(3)}`;
        bar.update(step, { losses });
      },
      onWarning: (message) => process.stderr.write(`\nWarning: ${message}\n`),
    });
    bar.stop();
    finish(result, steps, json);
  } finally {
    bar.stop();
    stop.dispose();
  }
}

function finish(result: DistillationResult, steps: number, json: boolean): void {
  const { out, step, cost, teacherCost } = result;
  if (step < steps) throw new InterruptedError(`stopped after step ${step}, saved; go on with --start ${out}`);
  report(
    result,
    `${out} costs ${(cost / teacherCost).toFixed(3)} of its teacher: --loss-network ${out} takes it`,
    json,
  );
}
