import { expect, it, vi } from 'vitest';
import { actualDevice } from '../../src/cli/actual-device.ts';
import {
  type ConfigurationArguments,
  defaultStepsPerRun,
  newConfiguration,
} from '../../src/cli/train-configuration.ts';
import { smallConfiguration } from '../helpers/small-run.ts';

vi.mock('../../src/cli/actual-device.ts');

const noFlags: ConfigurationArguments = {
  style: undefined,
  content: undefined,
  steps: undefined,
  epochs: undefined,
  batch: undefined,
  microBatch: undefined,
  size: undefined,
  styleSize: undefined,
  noCrop: undefined,
  channels: undefined,
  upsampling: undefined,
  from: undefined,
  lossNetwork: undefined,
  recipe: undefined,
  pyramidLevels: undefined,
  contentWeight: undefined,
  styleWeight: undefined,
  tvWeight: undefined,
  layerWeights: undefined,
  stabilityWeight: undefined,
  learningRate: undefined,
  schedule: undefined,
  scheduleEvery: undefined,
  warmUp: undefined,
  clipGradients: undefined,
  seed: undefined,
  validation: undefined,
  checkpointEvery: undefined,
  preview: undefined,
  name: undefined,
  author: undefined,
  licence: undefined,
  stepsPerRun: undefined,
  device: 'auto',
};

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
