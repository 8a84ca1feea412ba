import { expect, it, vi } from 'vitest';
import { actualDevice } from '../../src/cli/shared/actual-device.ts';
import { defaultStepsPerRun, newConfiguration } from '../../src/cli/train/configuration.ts';
import { recipes } from '../../src/graph-builder/objective/recipes.ts';
import { smallConfiguration } from '../helpers/small-run.ts';
import { noFlags } from '../helpers/training-flags.ts';

vi.mock('../../src/cli/shared/actual-device.ts');

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

it('is that of a short training where it starts from a base or a style, but for what is told', async () => {
  const short = await newConfiguration({ style: 'mosaic.jpg', from: 'base' });
  expect(short).toMatchObject({
    recipe: 'motifs',
    batch: 1,
    size: 128,
    styleSize: 256,
    steps: 1000,
    learningRate: 0.0015,
  });
  expect(short.weights).toEqual(recipes.motifs.weights);
  expect(short.network.channels).toBe(16);
  const told = await newConfiguration({ style: 'mosaic.jpg', from: 'base', recipe: 'paper', batch: 3, steps: 7 });
  expect(told).toMatchObject({
    recipe: 'paper',
    weights: recipes.paper.weights,
    lossNetwork: 'vgg16',
    batch: 3,
    steps: 7,
  });
  const fromStyle = await newConfiguration({ style: 'mosaic.jpg', from: 'wave' });
  expect(fromStyle).toMatchObject({ recipe: 'motifs', batch: 1, size: 256, styleSize: 320, steps: 1500 });
  expect(await newConfiguration({ style: 'mosaic.jpg' })).toMatchObject({ recipe: 'balanced', batch: 4, steps: 2000 });
});
