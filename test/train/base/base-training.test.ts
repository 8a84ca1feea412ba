import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { FloatTensor } from '../../../src/graph-builder/ir/tensor.ts';
import { styleDifferences } from '../../../src/graph-builder/networks/trained-part.ts';
import { decodeResized } from '../../../src/image/decode.node.ts';
import type { Picture } from '../../../src/image/picture.ts';
import { loadObjective } from '../../../src/loss-network/objective/load-objective.node.ts';
import type { BaseConfiguration } from '../../../src/style-file/base/base-configuration.ts';
import { readBaseFile } from '../../../src/style-file/base/base-file.node.ts';
import { readBase, writeBase } from '../../../src/style-file/base/base-file.ts';
import { networkInStyle } from '../../../src/style-file/base/predict-style.ts';
import { readStartingNetwork } from '../../../src/style-file/starting-network.ts';
import { recipeOf } from '../../../src/style-file/training-configuration.ts';
import { baseRun } from '../../../src/train/base/base-run.ts';
import { predictPaintingStyle } from '../../../src/train/base/predict-painting-style.ts';
import {
  type BaseTrainingRun,
  measurePaintings,
  type OpenPaintings,
  openPaintings,
  runBaseTraining,
} from '../../../src/train/base/run-base-training.node.ts';
import { styleRun } from '../../../src/train/checkpoint.ts';
import { RunFolder } from '../../../src/train/run/run-folder.node.ts';
import { runTraining } from '../../../src/train/run/run-training.node.ts';
import { parameterValues, type TrainingState } from '../../../src/train/training-state.ts';
import { difference, silentRun, smallConfiguration, smallRun, stateIn } from '../../helpers/small-run.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';
import { makePhotographs, writePatternVgg } from '../../helpers/training-files.ts';

const { createSession } = silentRun();

async function withPaintings<T>(
  configuration: Omit<BaseConfiguration, 'descriptorScale'>,
  work: (paintings: OpenPaintings) => Promise<T>,
): Promise<T> {
  const paintings = await openPaintings(configuration, createSession, () => {});
  return work(paintings).finally(paintings.release);
}

const train = (run: BaseTrainingRun) =>
  withPaintings(run.configuration, (paintings) => runBaseTraining(run, paintings));

async function smallBaseRun(): Promise<BaseTrainingRun> {
  const folder = await temporaryFolder();
  const content = await makePhotographs(join(folder, 'photographs'), 4);
  const paintings = (await readdir(content)).map((name) => join(content, name));
  const { style: _, styleName, styleSize, author, licence, ...common } = smallConfiguration;
  const configuration: Omit<BaseConfiguration, 'descriptorScale'> = {
    ...common,
    content,
    lossNetwork: await writePatternVgg(folder, 'relu4_1'),
    paintings: [paintings.slice(0, 2), paintings.slice(2)],
    variants: 2,
    bottleneck: 16,
    steps: 3,
    validation: 1,
    previews: [join(content, 'photograph-0.png')],
  };
  const descriptorScale = await withPaintings(configuration, (paintings) => measurePaintings(configuration, paintings));
  return {
    configuration: { ...configuration, descriptorScale },
    out: join(folder, 'out'),
    ...silentRun(),
  };
}

function largestDifference(state: TrainingState['parameters'], expected: ReadonlyMap<string, FloatTensor>): number {
  const differences = [...state].map(([name, { value }]) => {
    const other = expected.get(name)?.data ?? new Float32Array();
    return Math.max(...value.data.map((number, index) => Math.abs(number - (other[index] ?? Number.NaN))));
  });
  return Math.max(...differences);
}

const stateOf = async (folder: string) => (await RunFolder.readCheckpoint(baseRun, folder)).state;

describe('the training of a base', () => {
  it('learns shared convolutions and the prediction, writes the base, and resumes as if never interrupted', async () => {
    const run = await smallBaseRun();
    const result = await train(run);
    const state = await stateOf(run.out);
    expect(result).toMatchObject({ step: 3, model: join(run.out, 'base.safetensors') });

    const again = { ...run, out: `${run.out}-again` };
    await train({ ...again, configuration: { ...run.configuration, steps: 2 } });
    await train({ ...again, resumeFrom: await RunFolder.readCheckpoint(baseRun, again.out) });
    expect(difference(state, await stateOf(again.out))).toBe(0);

    const base = readBase(await readFile(result.model), result.model);
    expect(base.description).toMatchObject({ step: 3, recipe: 'balanced', bottleneck: 16 });
    const trained = parameterValues(state);
    for (const name of ['residual.1.conv1.weight', 'residual.1.norm1.scale', 'prediction.differences.weight']) {
      const first = base.parameters.get(name)?.data ?? new Float32Array();
      expect(first.length).toBe(trained.get(name)?.data.length);
      expect(state.parameters.get(name)?.firstMoment.data.some((moment) => moment !== 0)).toBe(true);
    }
    const previews = await readdir(join(run.out, 'previews'));
    expect(previews.filter((name) => name.endsWith('step-000003.png')).length).toBe(4);
    const [line = '{}'] = (await readFile(join(run.out, 'validation.jsonl'), 'utf8')).split('\n');
    expect(JSON.parse(line)).toMatchObject({ step: 3, photographs: 1 });
  });

  it('gives a style its first network, by what it predicts for the painting', async () => {
    const run = await smallBaseRun();
    const { model } = await train({ ...run, configuration: { ...run.configuration, steps: 2 } });
    const base = await readBaseFile(model);
    // The file's name of the loss network says nothing on another machine: here it lies elsewhere.
    const { lossNetwork } = run.configuration;
    const from = join(run.out, 'moved.safetensors');
    await writeFile(from, writeBase({ ...base, description: { ...base.description, lossNetwork } }));
    const [painting = ''] = run.configuration.paintings[1] ?? [];
    const style = await smallRun({ ...run.configuration, style: painting, from, steps: 1, learningRate: 1e-9 });
    await runTraining(style);
    const objective = await loadObjective(lossNetwork, recipeOf(run.configuration));
    const picture = await decodeResized(painting, { shortSide: style.configuration.styleSize });
    const predicted = async (picture: Picture) =>
      networkInStyle(base, await predictPaintingStyle(base, objective, picture, createSession));
    const expected = await predicted(picture);
    expect(largestDifference((await stateIn(style.out)).parameters, expected)).toBeLessThan(1e-6);
    const other = await predicted({ ...picture, data: picture.data.map((value) => 255 - value) });
    const differing = [...other].filter(([name, { data }]) => String(data) !== String(expected.get(name)?.data));
    expect(differing.map(([name]) => name)).toContain('residual.1.norm1.scale');

    const tuned = { ...style, out: `${style.out}-tuned` };
    const configuration = { ...style.configuration, tune: 'style' as const, steps: 2, learningRate: 0.01 };
    await runTraining({ ...tuned, configuration });
    const { parameters } = await stateIn(tuned.out);
    expect([...parameters.keys()]).toEqual([styleDifferences]);
    const { parameters: trained } = readStartingNetwork(await readFile(join(tuned.out, 'model.onnx')), 'model.onnx');
    expect(trained.get('residual.1.conv1.weight')?.data).toEqual(expected.get('residual.1.conv1.weight')?.data);
    expect(trained.get('residual.1.norm1.scale')?.data).not.toEqual(expected.get('residual.1.norm1.scale')?.data);
    expect(trained.get('decoder.conv3.bias')?.data).not.toEqual(expected.get('decoder.conv3.bias')?.data);

    const again = { ...tuned, out: `${tuned.out}-again` };
    await runTraining({ ...again, configuration: { ...configuration, steps: 1 } });
    await runTraining({ ...again, configuration, resumeFrom: await RunFolder.readCheckpoint(styleRun, again.out) });
    expect(difference(await stateIn(tuned.out), await stateIn(again.out))).toBe(0);
    await expect(readBaseFile(join(run.out, 'missing.safetensors'))).rejects.toThrow(/no such file/);
  });

  it('does not take the run of a style for its own, nor a painting that is no picture', async () => {
    const run = await smallBaseRun();
    await train({ ...run, configuration: { ...run.configuration, steps: 1 } });
    await expect(RunFolder.readCheckpoint(styleRun, run.out)).rejects.toThrow(/impasto-base-checkpoint/);
    const broken = join(run.out, 'broken.png');
    await writeFile(broken, 'no picture');
    const { descriptorScale: _, ...configuration } = run.configuration;
    const paintings = [[broken]];
    const broke = { ...configuration, paintings };
    await expect(withPaintings(broke, (opened) => measurePaintings(broke, opened))).rejects.toThrow(/broken\.png/);
  });
});
