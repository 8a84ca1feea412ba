import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createSession } from '../../../src/infer/session.node.ts';
import { buildGraphs } from '../../../src/train/artifacts/build-graphs.node.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';
import { writePatternVgg } from '../../helpers/training-files.ts';

async function build(changes: Partial<Parameters<typeof buildGraphs>[0]> = {}) {
  const folder = await temporaryFolder();
  const options = {
    out: join(folder, 'graphs'),
    network: { channels: 2, upsampling: 'resize', padding: 'reflect', output: 'tanh' },
    batch: 1,
    size: 64,
    recipe: 'balanced',
    pyramidLevels: 1,
    lossNetwork: await writePatternVgg(folder, 'relu4_1'),
    seed: 1,
    ...changes,
  } as const;
  return { out: options.out, manifest: await buildGraphs(options) };
}

describe('build-graphs', () => {
  it('writes files that ONNX Runtime loads with the tensors that the manifest names', async () => {
    const { out, manifest } = await build();
    expect(JSON.parse(await readFile(join(out, 'manifest.json'), 'utf8'))).toEqual(manifest);
    expect((await readdir(out)).sort()).toEqual([...manifest.files.map(({ file }) => file), 'manifest.json'].sort());
    for (const { file, sha256, bytes, inputs, outputs } of manifest.files) {
      const written = await readFile(join(out, file));
      expect(written.length).toBe(bytes);
      expect(createHash('sha256').update(written).digest('hex')).toBe(sha256);
      const { session } = await createSession(written, { device: 'cpu' });
      expect(session.inputNames).toEqual(inputs.map(({ name }) => name));
      expect(session.outputNames).toEqual(outputs.map(({ name }) => name));
      await session.release();
    }
  });

  it('keeps the names of the contract', async () => {
    const { manifest } = await build();
    const file = (name: string) => manifest.files.find((entry) => entry.file === name);
    const names = (entries: readonly { name: string }[] | undefined) => entries?.map(({ name }) => name) ?? [];
    const training = file('training_model.onnx');
    expect(names(training?.inputs)).toEqual(
      expect.arrayContaining([
        'encoder.conv1.weight',
        'residual.3.norm2.scale',
        'content',
        'style.relu2_1',
        'weight.tv',
      ]),
    );
    expect(names(training?.outputs)).toEqual(
      expect.arrayContaining(['loss', 'loss.style', 'encoder.conv1.weight.grad']),
    );
    expect(names(file('eval_model.onnx')?.outputs)).toEqual([
      'loss',
      'loss.content',
      'loss.style',
      'loss.tv',
      'stylized',
    ]);
    expect(names(file('optimizer_model.onnx')?.outputs)).toEqual(
      expect.arrayContaining(['decoder.conv3.bias.new', 'decoder.conv3.bias.m.new', 'decoder.conv3.bias.v.new']),
    );
    expect(names(file('training_block.onnx')?.inputs)).toEqual(
      expect.arrayContaining(['encoder.conv1.weight', 'encoder.conv1.weight.m', 'step', 'learning_rate', 'content']),
    );
    expect(file('training_block.onnx')?.outputs).toEqual(
      expect.arrayContaining([
        { name: 'loss', type: 'float32', shape: ['K'] },
        expect.objectContaining({ name: 'decoder.conv3.bias.v.new' }),
      ]),
    );
    expect(file('model.onnx')?.inputs).toEqual([{ name: 'image', type: 'float32', shape: ['N', 3, 'H', 'W'] }]);
    expect(file('model.onnx')?.outputs).toEqual([{ name: 'stylized', type: 'float32', shape: ['N', 3, 'H', 'W'] }]);
  });

  it('gives the same bytes for the same options, others for others', async () => {
    const hashes = (manifest: Awaited<ReturnType<typeof build>>['manifest']) =>
      manifest.files.map(({ sha256 }) => sha256);
    const first = hashes((await build()).manifest);
    expect(hashes((await build()).manifest)).toEqual(first);
    expect(
      hashes(
        (await build({ network: { channels: 2, upsampling: 'deconv', padding: 'zero', output: 'linear' } })).manifest,
      ),
    ).not.toEqual(first);
    expect(hashes((await build({ seed: 2 })).manifest)).not.toEqual(first);
  });
});
