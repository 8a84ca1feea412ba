import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ort from 'onnxruntime-node';
import { z } from 'zod';
import { staticShape } from '../../src/graph-builder/ir/dimension.ts';
import { elementCount } from '../../src/graph-builder/ir/tensor.ts';
import type { Graph } from '../../src/graph-builder/ir/value.ts';
import { recipes } from '../../src/graph-builder/objective/recipes.ts';
import { writeOnnx } from '../../src/graph-builder/onnx/onnx-file.ts';
import { loadObjective } from '../../src/loss-network/objective/load-objective.node.ts';
import { loweredTrainingGraph } from '../../src/lowering/programs.ts';
import { median } from '../measure.ts';
import { benchNetwork } from '../untrained-model.ts';

export interface ProfileOptions {
  readonly channels: number;
  readonly size: number;
  readonly threads: number;
  readonly runs: number;
  readonly lossNetwork: string;
}

const eventSchema = z.object({
  cat: z.string(),
  name: z.string(),
  dur: z.number(),
  args: z.object({ op_name: z.string().optional() }).loose().optional(),
});

/** One operator of the optimised graph: where it comes from, what it is, the median of its milliseconds. */
interface Row {
  readonly scope: string;
  readonly operator: string;
  readonly milliseconds: number;
}

const kernelSuffix = '_kernel_time';

/**
 * Where the time of a training step goes: ONNX Runtime's own profile of the training graph for one photograph (forward,
 * loss and backward), by operator and by the part of the network, in milliseconds.
 */
export async function benchProfile(options: ProfileOptions): Promise<object> {
  const { channels, size, threads, runs, lossNetwork } = options;
  const objective = await loadObjective(lossNetwork, recipes.balanced);
  const network = benchNetwork(channels);
  const graph = loweredTrainingGraph({ network, objective, batch: 1, size }, 'cpu');
  const rows = await profile(graph, threads, runs);
  return {
    bench: 'profile',
    ...{ channels, size, threads, runs },
    milliseconds: sum(rows),
    byOperator: group(rows, ({ operator }) => operator).slice(0, 20),
    byPart: group(rows, ({ scope, operator }) => `${scope} ${operator}`).slice(0, 60),
  };
}

async function profile(graph: Graph, threads: number, runs: number): Promise<readonly Row[]> {
  const folder = await mkdtemp(join(tmpdir(), 'impasto-profile-'));
  try {
    const session = await ort.InferenceSession.create(writeOnnx(graph), {
      executionProviders: ['cpu'],
      intraOpNumThreads: threads,
      enableProfiling: true,
      profileFilePrefix: join(folder, 'profile'),
    });
    const feeds = randomFeeds(graph);
    for (let run = 0; run < runs; run++) await session.run(feeds);
    session.endProfiling();
    await session.release();
    const [file = ''] = await readdir(folder);
    return readRows(await readFile(join(folder, file), 'utf8'));
  } finally {
    await rm(folder, { recursive: true });
  }
}

function randomFeeds({ inputs }: Graph): Record<string, ort.Tensor> {
  const entries = inputs.map(({ name, shape }) => {
    const sizes = staticShape(shape, 'a profile');
    const scale = name === 'content' ? 255 : 0.1;
    const data = new Float32Array(elementCount(sizes)).map(() => Math.random() * scale);
    return [name, new ort.Tensor('float32', data, sizes)] as const;
  });
  return Object.fromEntries(entries);
}

function readRows(text: string): readonly Row[] {
  const durations = new Map<string, { operator: string; milliseconds: number[] }>();
  for (const { cat, name, dur, args } of z.array(eventSchema).parse(JSON.parse(text))) {
    if (cat !== 'Node' || !name.endsWith(kernelSuffix)) continue;
    const entry = durations.get(name) ?? { operator: args?.op_name ?? '', milliseconds: [] };
    entry.milliseconds.push(dur / 1000);
    durations.set(name, entry);
  }
  return [...durations].map(([name, { operator, milliseconds }]) => ({
    scope: scopeOf(name.slice(0, -kernelSuffix.length)),
    operator,
    milliseconds: median(milliseconds),
  }));
}

/** The part of the network in a node's name; the residual blocks are one part. */
function scopeOf(name: string): string {
  return name.includes('/') ? (name.split('/', 1)[0] ?? '').replace(/residual\.\d/, 'residual') : 'layout';
}

function group(rows: readonly Row[], keyOf: (row: Row) => string) {
  const groups = new Map<string, { milliseconds: number; count: number }>();
  for (const row of rows) {
    const { milliseconds, count } = groups.get(keyOf(row)) ?? { milliseconds: 0, count: 0 };
    groups.set(keyOf(row), { milliseconds: milliseconds + row.milliseconds, count: count + 1 });
  }
  return [...groups].map(([name, total]) => ({ name, ...total })).toSorted((x, y) => y.milliseconds - x.milliseconds);
}

function sum(rows: readonly Row[]): number {
  return rows.reduce((total, { milliseconds }) => total + milliseconds, 0);
}
