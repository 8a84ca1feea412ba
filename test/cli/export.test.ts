import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { inferenceGraph } from '../../src/graph-builder/networks/inference-network.ts';
import { transformNetworkParameters } from '../../src/graph-builder/networks/transform-network.ts';
import { readMetadata, writeOnnx } from '../../src/graph-builder/serialise/onnx-file.ts';
import { psnr } from '../../src/image/compare.ts';
import { decodePicture } from '../../src/image/decode.node.ts';
import { loadStylizer } from '../../src/infer/index.node.ts';
import { initialState, parameterValues } from '../../src/train/training-state.ts';
import { runCommandLine } from '../helpers/command-line.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { tinyNetwork } from '../helpers/tiny-network.ts';
import { makePhotographs } from '../helpers/training-files.ts';

const metadata = { 'style.name': 'wave', recipe: '{"steps": 2000}' };

/** A folder with a model of impasto's network and three photographs. */
async function workplace() {
  const root = await temporaryFolder();
  const at = (...parts: readonly string[]) => join(root, ...parts);
  const network = { ...tinyNetwork, channels: 8 };
  const parameters = parameterValues(initialState(transformNetworkParameters(network), 1));
  await writeFile(at('model.onnx'), writeOnnx(inferenceGraph(network, parameters), metadata));
  await makePhotographs(at('photographs'), 3);
  const flags = ['--photographs', at('photographs'), '--device', 'cpu', '--threads', '1'];
  return { at, flags };
}

describe('impasto export', () => {
  it('writes half-precision weights, keeps the metadata, and tells size and likeness', async () => {
    const { at, flags } = await workplace();
    const output = at('exports', 'half.onnx');
    const argv = ['export', at('model.onnx'), '--precision', 'half', '--output', output, ...flags];
    const { code, stdout } = await runCommandLine(...argv, '--json');
    expect(code).toBe(0);
    const [original, exported] = await Promise.all([readFile(at('model.onnx')), readFile(output)]);
    expect(readMetadata(exported)).toEqual({ ...metadata, export: '{"precision":"half"}' });
    const result = JSON.parse(stdout);
    expect(result).toMatchObject({ output, bytes: exported.length, originalBytes: original.length });
    expect(result.share).toBeCloseTo(exported.length / original.length, 10);
    expect(result.share).toBeLessThan(0.55);
    expect(result.photographs).toHaveLength(3);

    const models = await Promise.all([at('model.onnx'), output].map((path) => loadStylizer(path, { device: 'cpu' })));
    const ratios: number[] = [];
    for (const name of await readdir(at('photographs'))) {
      const photograph = await decodePicture(at('photographs', name));
      const [a, b] = await Promise.all(models.map(({ stylizer }) => stylizer.stylize(photograph)));
      if (a && b) ratios.push(psnr(a, b));
    }
    for (const { stylizer } of models) await stylizer.release();
    expect(result.psnr.least).toBeCloseTo(Math.min(...ratios), 6);
    expect(result.psnr.least).toBeGreaterThan(45);

    const again = await runCommandLine(...argv);
    expect(again.stdout).toContain(`${output}: `);
    expect(again.stdout).toContain('photographs: 3');
    expect((await readFile(output)).equals(exported)).toBe(true);
  });

  it.each<[readonly string[], number, string]>([
    [['MODEL', '--output', 'OUT'], 2, 'Expected what to export: --precision half'],
    [['MODEL', '--precision', 'half', '--output', 'MODEL'], 2, 'MODEL is the model itself and would be overwritten'],
    [['MODEL', '--precision', 'quarter', '--output', 'OUT'], 2, 'its choices are "half"'],
    [['TEXT', '--precision', 'half', '--output', 'OUT'], 1, 'TEXT: Expected a model.onnx that impasto wrote'],
    [['GONE', '--precision', 'half', '--output', 'OUT'], 1, 'Expected a model file (.onnx) at GONE but there is no'],
    [['MODEL', '--precision', 'half', '--output', 'OUT', '--photographs', 'TEXT'], 1, 'TEXT'],
    [['MODEL', '--precision', 'half', '--output', 'TEXT/half.onnx'], 1, 'TEXT'],
  ])('%j', async (argv, code, message) => {
    const { at, flags } = await workplace();
    await mkdir(at('empty'));
    await writeFile(at('text.onnx'), 'no model\n');
    const before = await readdir(at('.'));
    const paths: Readonly<Record<string, string>> = {
      MODEL: at('model.onnx'),
      OUT: at('empty', 'half.onnx'),
      TEXT: at('text.onnx'),
      GONE: at('gone.onnx'),
    };
    const filled = (text: string) => text.replace(/MODEL|OUT|TEXT|GONE/g, (name) => paths[name] ?? name);
    const given = argv.map(filled);
    const result = await runCommandLine('export', ...given, ...(given.includes('--photographs') ? [] : flags));
    expect(result.stderr).toContain(filled(message));
    expect(result).toMatchObject({ code, stdout: '' });
    expect(await readdir(at('empty'))).toEqual([]);
    expect(await readdir(at('.'))).toEqual(before);
  });
});
