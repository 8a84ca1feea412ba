import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { exportableGraph } from '../../src/export/exportable-graph.ts';
import { exportedModel } from '../../src/lowering/export/export-passes.ts';
import { readStartingNetwork } from '../../src/style-file/starting-network.ts';
import { runTraining } from '../../src/train/run/run-training.node.ts';
import { parameterValues } from '../../src/train/training-state.ts';
import { smallRun, stateIn } from '../helpers/small-run.ts';

async function trained() {
  const run = await smallRun();
  const { model } = await runTraining(run);
  return { run, model, state: await stateIn(run.out) };
}

it('a training begins with the parameters of the model that it is given', async () => {
  const { run, model, state } = await trained();
  const bytes = await readFile(model);
  const { parameters, network } = readStartingNetwork(bytes, model);
  expect(network).toEqual(run.configuration.network);
  expect(parameters).toEqual(parameterValues(state));

  // Stopped before its first step, it has saved what it began with.
  const out = `${run.out}-further`;
  const configuration = { ...run.configuration, from: model };
  await runTraining({ ...run, out, configuration, signal: AbortSignal.abort() });
  const start = await stateIn(out);
  expect(start.step).toBe(0);
  expect(parameterValues(start)).toEqual(parameterValues(state));
});

it('takes an export in half precision, and refuses other models by name', async () => {
  const { model, state } = await trained();
  const bytes = await readFile(model);
  const exported = (options: Parameters<typeof exportedModel>[2]) =>
    exportedModel(bytes, exportableGraph(bytes, options), options);
  const { parameters } = readStartingNetwork(exported({ precision: 'half' }), 'half.onnx');
  for (const [name, { data }] of parameterValues(state)) {
    const rounded = parameters.get(name)?.data ?? [];
    for (const [index, value] of data.entries()) {
      expect(Math.abs((rounded[index] ?? Number.NaN) - value)).toBeLessThanOrEqual(1e-3 * Math.abs(value) + 1e-6);
    }
  }
  expect(() => readStartingNetwork(bytes.subarray(0, 100), 'cut.onnx')).toThrow('cut.onnx');
});
