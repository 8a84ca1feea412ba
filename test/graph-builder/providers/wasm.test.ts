import ort from 'onnxruntime-web/wasm';
import { describe, it } from 'vitest';
import { expectAllClose } from '../../helpers/closeness.ts';
import { loadGraph, runGraph } from '../../helpers/run-graph.ts';
import { providerCases } from './provider-cases.ts';

ort.env.wasm.numThreads = 1;

describe('the wasm provider of onnxruntime-web against the CPU provider', () => {
  it.each(providerCases)('$name', async ({ make }) => {
    const { graph, feeds } = make();
    if (!feeds) {
      await (await loadGraph(graph, {}, ort)).release();
      return;
    }
    expectAllClose(await runGraph(graph, feeds, {}, ort), await runGraph(graph, feeds), 1e-4);
  });
});
