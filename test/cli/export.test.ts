import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sortNodes } from '../../src/graph-builder/ir/sort-nodes.ts';
import { inferenceGraph } from '../../src/graph-builder/networks/inference-network.ts';
import { transformNetworkParameters } from '../../src/graph-builder/networks/transform-network.ts';
import { readMetadata, writeOnnx } from '../../src/graph-builder/onnx/onnx-file.ts';
import { readGraph } from '../../src/graph-builder/onnx/read-graph.ts';
import { optimizerGraph } from '../../src/graph-builder/programs/optimizer-graph.ts';
import { psnr, ssim } from '../../src/image/compare.ts';
import { decodePicture } from '../../src/image/decode.node.ts';
import type { Picture } from '../../src/image/picture.ts';
import { resizePicture } from '../../src/image/resize.node.ts';
import { loadStylizer } from '../../src/infer/open-stylizer.node.ts';
import { createSession } from '../../src/infer/session.node.ts';
import { initialState, parameterValues } from '../../src/train/training-state.ts';
import { runCommandLine } from '../helpers/command-line.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { tinyNetwork } from '../helpers/tiny-network.ts';
import { makePhotographs } from '../helpers/training-files.ts';

const network = { ...tinyNetwork, channels: 8 };
const metadata = { 'style.name': 'wave', recipe: '{"steps": 2000}', network: JSON.stringify(network) };

/** A folder with a model of impasto's network and three photographs. */
async function workplace() {
  const root = await temporaryFolder();
  const at = (...parts: readonly string[]) => join(root, ...parts);
  const parameters = parameterValues(initialState(transformNetworkParameters(network), 1));
  await writeFile(at('model.onnx'), writeOnnx(inferenceGraph(network, parameters), metadata));
  await makePhotographs(at('photographs'), 3);
  const flags = ['--photographs', at('photographs'), '--device', 'cpu', '--threads', '1'];
  return { at, flags };
}

/** The usual flags, but for those that are given. */
function defaultsBeside(given: readonly string[], flags: readonly string[]): readonly string[] {
  return flags.filter((flag, index) => !given.includes(index % 2 === 0 ? flag : (flags[index - 1] ?? '')));
}

/** What both models paint of the photographs, in pairs. */
async function paintPairs(models: readonly [string, string], photographs: readonly Picture[]) {
  const [first, second] = await Promise.all(models.map((path) => loadStylizer(path, { device: 'cpu', threads: 1 })));
  if (!first || !second) throw new Error('Expected two models');
  const pairs: (readonly [Picture, Picture])[] = [];
  for (const picture of photographs) {
    pairs.push([await first.stylizer.stylize(picture), await second.stylizer.stylize(picture)]);
  }
  await Promise.all([first.stylizer.release(), second.stylizer.release()]);
  return pairs;
}

const readAll = async (folder: string) =>
  Promise.all((await readdir(folder)).map((name) => decodePicture(join(folder, name))));

const largestDifference = ([a, b]: readonly [Picture, Picture]) =>
  Math.max(...a.data.map((value, index) => Math.abs(value - (b.data[index] ?? Number.NaN))));

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

    const pairs = await paintPairs([at('model.onnx'), output], await readAll(at('photographs')));
    expect(result.psnr.least).toBeCloseTo(Math.min(...pairs.map(([a, b]) => psnr(a, b))), 6);
    expect(result.ssim.least).toBeCloseTo(Math.min(...pairs.map(([a, b]) => ssim(a, b))), 9);
    expect(result.seconds.ratio).toBeGreaterThan(0);
    expect(result.psnr.least).toBeGreaterThan(45);

    const again = await runCommandLine(...argv);
    expect(again.stdout).toMatch(
      / MB, 0\.5\d\d of .*; PSNR .* dB\), SSIM .*; [\d.]+ of the original's time on this machine's cpu\n/,
    );
    expect(again.stdout).toContain('photographs: 3');
    expect((await readFile(output)).equals(exported)).toBe(true);
  });

  it('writes int8 that paints nearly the same, and that stylize takes', async () => {
    const { at, flags } = await workplace();
    const output = at('int8.onnx');
    const argv = ['export', at('model.onnx'), '--precision', 'int8', '--output', output, ...flags, '--json'];
    const { code, stdout, stderr } = await runCommandLine(...argv);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const result = JSON.parse(stdout);
    expect(result.psnr.least).toBeGreaterThan(30);
    expect(result.share).toBeLessThan(0.5);
    const exported = await readFile(output);
    const integers = sortNodes(readGraph(exported)).filter(({ operator }) => operator === 'QuantizeLinear');
    expect(integers.length).toBeGreaterThan(20);
    const painted = at('painted.png');
    const [name = ''] = await readdir(at('photographs'));
    const stylized = await runCommandLine('stylize', at('photographs', name), '--model', output, '--output', painted);
    expect(stylized.code).toBe(0);

    const again = await runCommandLine('export', output, '--precision', 'half', '--output', at('again.onnx'), ...flags);
    expect(again).toMatchObject({ code: 1, stdout: '' });
    expect(again.stderr).toContain(
      `${output}: Expected a model.onnx as training writes it, or its export with at most --precision half, but it is an export ({"precision":"int8"}): export the original`,
    );
  });

  it('leaves out photographs that cannot be read, and names them', async () => {
    const { at, flags } = await workplace();
    await writeFile(at('photographs', 'broken.jpg'), 'no picture');
    const argv = [at('model.onnx'), '--output', at('out.onnx'), ...flags, '--json'];
    const { code, stdout, stderr } = await runCommandLine('export', ...argv);
    expect(code).toBe(0);
    expect(stderr).toMatch(/^Warning: Expected a JPEG, [^\n]*broken\.jpg but [^\n]*; it is left out\n$/);
    expect(JSON.parse(stdout).photographs).toHaveLength(3);
    await writeFile(at('none.jpg'), '');
    const none = ['--photographs', at('none.jpg'), at('photographs', 'broken.jpg')];
    const refused = await runCommandLine('export', at('model.onnx'), '--output', at('none.onnx'), ...none);
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toMatch(/\nimpasto: Expected photographs that can be read but none of 2 can\n$/);
  });

  it('takes its own half-precision export: as bytes it stays half, in int8 it is as good as the original', async () => {
    const { at, flags } = await workplace();
    const half = at('half.onnx');
    const first = await runCommandLine('export', at('model.onnx'), '--precision', 'half', '--output', half, ...flags);
    const halfAgain = ['export', half, '--precision', 'half', '--output', at('again.onnx'), ...flags];
    const [told, toldAgain] = [first.stdout, (await runCommandLine(...halfAgain)).stdout];
    expect([told, toldAgain].map((text) => text.includes('whose weights were of 16 bits already'))).toEqual([
      false,
      true,
    ]);
    const [bytes, int8] = [at('bytes.onnx'), at('int8.onnx')];
    const asBytes = await runCommandLine('export', half, '--io', 'rgba8', '--output', bytes, ...flags, '--json');
    expect(asBytes).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(asBytes.stdout).psnr.least ?? Number.POSITIVE_INFINITY).toBeGreaterThan(60);
    expect((await stat(bytes)).size).toBeLessThan(1.02 * (await stat(half)).size);
    expect(readMetadata(await readFile(bytes))).toMatchObject({ export: '{"precision":"half","io":"rgba8"}' });
    const inIntegers = await runCommandLine(
      'export',
      half,
      '--precision',
      'int8',
      '--output',
      int8,
      ...flags,
      '--json',
    );
    expect(JSON.parse(inIntegers.stdout).psnr.least).toBeGreaterThan(30);
    const operators = sortNodes(readGraph(await readFile(int8))).map(({ operator }) => operator);
    expect(operators).toContain('QuantizeLinear');
    expect(operators).not.toContain('Cast');
  });

  it('writes bytes of one size in the own format of ONNX Runtime, which paint what the original does', async () => {
    const { at, flags } = await workplace();
    const output = at('model.ort');
    const argv = [
      'export',
      at('model.onnx'),
      '--io',
      'rgba8',
      '--size',
      '70x51',
      '--format',
      'ort',
      '--output',
      output,
    ];
    const { code, stdout } = await runCommandLine(...argv, ...flags, '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout).psnr.least ?? Number.POSITIVE_INFINITY).toBeGreaterThan(60);
    expect((await readFile(output)).subarray(4, 8).toString()).toBe('ORTM');
    const { session } = await createSession(await readFile(output), { device: 'cpu', threads: 1 });
    expect([...session.inputMetadata, ...session.outputMetadata]).toMatchObject([
      { type: 'uint8', shape: [1, 51, 70, 4] },
      { type: 'uint8', shape: [1, 51, 70, 4] },
    ]);
    await session.release();
    const pictures = await Promise.all(
      (await readAll(at('photographs'))).map((picture) => resizePicture(picture, { width: 70, height: 51 }, 'cover')),
    );
    for (const pair of await paintPairs([at('model.onnx'), output], pictures)) {
      expect(largestDifference(pair)).toBeLessThanOrEqual(1);
    }

    const again = await runCommandLine('export', output, '--output', at('again.onnx'), ...flags);
    expect(again).toMatchObject({ code: 1, stdout: '' });
    expect(again.stderr).toContain(`${output}: Expected an ONNX model`);
  });

  it('without any option leaves the pictures as they are', async () => {
    const { at, flags } = await workplace();
    const output = at('plain.onnx');
    expect((await runCommandLine('export', at('model.onnx'), '--output', output, ...flags)).code).toBe(0);
    const operators = sortNodes(readGraph(await readFile(output))).map(({ operator }) => operator);
    // Enlarging convolutions work on small pictures, whose pixels are interleaved by transpositions.
    expect(operators).not.toContain('Resize');
    expect(operators).not.toContain('DepthToSpace');
    for (const pair of await paintPairs([at('model.onnx'), output], await readAll(at('photographs')))) {
      expect(largestDifference(pair)).toBeLessThanOrEqual(1);
    }
  });

  it.each<[readonly string[], number, string]>([
    [['MODEL', '--precision', 'half', '--output', 'MODEL'], 2, 'MODEL is the model itself and would be overwritten'],
    [['MODEL', '--precision', 'quarter', '--output', 'OUT'], 2, 'its choices are "half", "int8"'],
    [['MODEL', '--output', 'OUT', '--format', 'ort'], 2, 'Expected --output to end in .ort for --format ort but'],
    [['MODEL', '--output', 'ORT'], 2, 'Expected --output to end in .onnx for --format onnx but received ORT'],
    [
      ['MODEL', '--output', 'ORT', '--format', 'ort', '--precision', 'half'],
      2,
      'Expected --format onnx with --precision',
    ],
    [
      ['MODEL', '--output', 'ORT', '--format', 'ort', '--device', 'webgpu'],
      2,
      'Expected --device cpu with --format ort',
    ],
    [['MODEL', '--output', 'OUT', '--size', '640'], 2, 'Expected a width and a height such as 1280x720 for --size but'],
    [['MODEL', '--output', 'OUT', '--size', '640x0'], 2, 'for --size but received 0'],
    [['MODEL', '--output', 'OUT', '--io', 'rgb'], 2, 'its choices are "rgba8"'],
    [['CUT', '--output', 'OUT'], 1, 'CUT: Expected an ONNX model but received a file that is not one'],
    [
      ['OTHER', '--output', 'OUT'],
      1,
      'Expected a style network: one float32 input [N, 3, H, W], but OTHER has 6 inputs',
    ],
    [
      ['TEXT', '--precision', 'half', '--output', 'OUT'],
      1,
      'TEXT: Expected an ONNX model but received a file that is not one',
    ],
    [['GONE', '--precision', 'half', '--output', 'OUT'], 1, 'Expected a model file (.onnx) at GONE but there is no'],
    [['MODEL', '--precision', 'half', '--output', 'OUT', '--photographs', 'TEXT'], 1, 'TEXT'],
    [['MODEL', '--precision', 'half', '--output', 'TEXT/half.onnx'], 1, 'TEXT'],
  ])('%j', async (argv, code, message) => {
    const { at, flags } = await workplace();
    await mkdir(at('empty'));
    await writeFile(at('text.onnx'), 'no model\n');
    const model = await readFile(at('model.onnx'));
    await writeFile(at('cut.onnx'), model.subarray(0, model.length / 2));
    await writeFile(at('other.onnx'), writeOnnx(optimizerGraph([{ name: 'weight', shape: [2] }])));
    const before = await readdir(at('.'));
    const paths: Readonly<Record<string, string>> = {
      MODEL: at('model.onnx'),
      OUT: at('empty', 'half.onnx'),
      ORT: at('empty', 'half.ort'),
      CUT: at('cut.onnx'),
      OTHER: at('other.onnx'),
      TEXT: at('text.onnx'),
      GONE: at('gone.onnx'),
    };
    const filled = (text: string) => text.replace(/MODEL|OUT|ORT|CUT|OTHER|TEXT|GONE/g, (name) => paths[name] ?? name);
    const given = argv.map(filled);
    const result = await runCommandLine('export', ...given, ...defaultsBeside(given, flags));
    expect(result.stderr).toContain(filled(message));
    expect(result).toMatchObject({ code, stdout: '' });
    expect(await readdir(at('empty'))).toEqual([]);
    expect(await readdir(at('.'))).toEqual(before);
  });
});
