/*
 * Runs the provider cases for WebGPU in a process of its own, since a graphics driver that crashes takes its process with
 * it. Writes one line of JSON a case; the line that is missing at the end names the case that ended the process.
 */
import { relativeErrors } from '../../helpers/relative-error.ts';
import { loadGraph, runGraph } from '../../helpers/run-graph.ts';
import { type ProviderCase, providerCases } from './provider-cases.ts';
import type { WebGpuOutcome } from './webgpu-outcome.ts';

async function runCase({ make, computesSizes }: ProviderCase): Promise<number> {
  const { graph, feeds } = make();
  const webgpu = {
    executionProviders: ['webgpu'],
    extra: { session: computesSizes ? {} : { disable_cpu_ep_fallback: '1' } },
  };
  if (!feeds) {
    const loaded = await loadGraph(graph, webgpu);
    await loaded.release();
    return 0;
  }
  const errors = relativeErrors(await runGraph(graph, feeds, webgpu), await runGraph(graph, feeds));
  return Math.max(...Object.values(errors));
}

for (const each of providerCases.filter(({ on }) => on === 'all')) {
  let outcome: WebGpuOutcome;
  try {
    outcome = { name: each.name, relativeError: await runCase(each) };
  } catch (error) {
    outcome = { name: each.name, failure: error instanceof Error ? error.message : String(error) };
  }
  process.stdout.write(`${JSON.stringify(outcome)}\n`);
}
