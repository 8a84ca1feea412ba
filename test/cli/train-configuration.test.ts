import { expect, it, vi } from 'vitest';
import { actualDevice } from '../../src/cli/actual-device.ts';
import { defaultStepsPerRun, newConfiguration } from '../../src/cli/train-configuration.ts';
import { smallConfiguration } from '../helpers/small-run.ts';
import { noFlags } from '../helpers/training-flags.ts';

vi.mock('../../src/cli/actual-device.ts');

it.each([
  ['cpu', undefined, 1],
  ['cuda', undefined, 6],
  ['webgpu', undefined, 6],
  ['cuda', 2, 2],
] as const)(
  'the device that auto finds decides the micro-batch: %s, given %s',
  async (device, microBatch, expected) => {
    vi.mocked(actualDevice).mockResolvedValue(device);
    const flags = { ...noFlags, style: 'a.jpg', content: 'photographs', batch: 6, microBatch };
    expect(await newConfiguration(flags)).toMatchObject({ batch: 6, microBatch: expected });
    expect(actualDevice).toHaveBeenCalledWith('auto');
  },
);

it('only CUDA makes several steps a run, and not with what their graph does not have', () => {
  expect(defaultStepsPerRun('cuda', smallConfiguration)).toBe(20);
  expect(defaultStepsPerRun('cpu', smallConfiguration)).toBe(1);
  expect(defaultStepsPerRun('webgpu', smallConfiguration)).toBe(1);
  expect(defaultStepsPerRun('cuda', { ...smallConfiguration, clipGradients: 5 })).toBe(1);
  expect(defaultStepsPerRun('cuda', { ...smallConfiguration, stabilityWeight: 0.1 })).toBe(1);
});
