import { copyFile, mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCommandLine } from '../helpers/command-line.ts';
import { difference, stateIn } from '../helpers/small-run.ts';
import { identityGraph, writeModel } from '../helpers/style-models.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { makePhotographs, writePatternVgg } from '../helpers/training-files.ts';

/** The words of a command line as a shell would give them, for the quoting that impasto uses. */
function wordsOf(command: string): readonly string[] {
  const words = command.matchAll(/((?:'[^']*'|\\'|[^\s'])+)/g);
  return [...words].map(([word]) => word.replaceAll(/'([^']*)'|\\'/g, (_, quoted) => quoted ?? "'"));
}

/** A folder with a style that was trained by two steps with unusual options, and all that it was trained with. */
async function trainedStyle() {
  const root = await temporaryFolder();
  const at = (...parts: readonly string[]) => join(root, ...parts);
  const content = await makePhotographs(at('photographs'), 4);
  const lossNetwork = await writePatternVgg(root, 'relu4_1');
  const style = join(content, 'photograph-1.png');
  const words = ['--style', style, '--content', content, '--loss-network', lossNetwork, '--out', at('run')];
  const small = ['--channels', '2', '--size', '64', '--style-size', '64', '--batch', '2', '--steps', '2'];
  const unusual = ['--layer-weights', 'relu1_1=0.5', '--schedule', 'step', '--clip-gradients', '5', '--seed', '3'];
  const named = ['--name', "fishermen's wave", '--author', 'Hokusai', '--licence', 'public domain'];
  const machine = ['--device', 'cpu', '--threads', '1'];
  const flags = [...words, ...small, ...unusual, ...named, ...machine, '--validation', '1', '--tv-weight', '0'];
  expect(await runCommandLine('train', ...flags)).toMatchObject({ code: 0 });
  await mkdir(at('styles'));
  await copyFile(at('run', 'model.onnx'), at('styles', 'wave.onnx'));
  return { at, style, content, lossNetwork, machine };
}

describe('impasto styles', () => {
  it('lists the styles of a folder as a table, as JSON and as a page of pictures', async () => {
    const { at } = await trainedStyle();
    const { code, stdout } = await runCommandLine('styles', '--from', at('styles'));
    expect(code).toBe(0);
    const [heading = '', row = '', end] = stdout.split('\n');
    expect(end).toBe('');
    expect(heading.trim().split(/\s{2,}/)).toEqual(['NAME', 'AUTHOR', 'LICENCE', 'SIZE', 'RECIPE']);
    expect(row.split(/\s{2,}/)).toEqual([
      'wave',
      'Hokusai',
      'public domain',
      expect.stringMatching(/^\d+ kB$/),
      '2 channels, 2 steps of 2, style weight 12, style size 64, vgg19-to-relu4_1.safetensors',
    ]);
    expect(row.indexOf('Hokusai')).toBe(heading.indexOf('AUTHOR'));
    const { length: bytes } = await readFile(at('styles', 'wave.onnx'));
    const json = JSON.parse((await runCommandLine('styles', '--from', at('styles'), '--json')).stdout);
    expect(json.styles).toMatchObject([{ name: 'wave', author: 'Hokusai', licence: 'public domain', bytes }]);
    const sheet = at('sheet.html');
    const shown = await runCommandLine('styles', '--from', at('styles'), '--sheet', sheet);
    expect(shown).toMatchObject({ code: 0, stdout: `The styles are shown in ${sheet}\n` });
    const page = await readFile(sheet, 'utf8');
    expect(page).toMatch(/<img src="data:image\/jpeg;base64,[^"]+" alt="A photograph in the style wave"/);
    expect(page).toContain('Hokusai, public domain');
  });

  it('tells the command that trains a style again, to the same parameters', async () => {
    const { at, style, content, lossNetwork, machine } = await trainedStyle();
    const { stdout } = await runCommandLine('styles', 'wave', '--from', at('styles'), '--json');
    const { command, training } = JSON.parse(stdout);
    const paths: Readonly<Record<string, string>> = {
      'photograph-1.png': style,
      photographs: content,
      'vgg19-to-relu4_1.safetensors': lossNetwork,
    };
    const [npm, run, impasto, dashes, ...argv] = wordsOf(command);
    expect([npm, run, impasto, dashes]).toEqual(['npm', 'run', 'impasto', '--']);
    const again = argv.map((word) => paths[word] ?? word);
    expect(await runCommandLine(...again, '--out', at('again'), ...machine)).toMatchObject({ code: 0 });
    expect(difference(await stateIn(at('run')), await stateIn(at('again')))).toBe(0);
    const retold = await runCommandLine('styles', at('again', 'model.onnx'), '--json');
    expect(JSON.parse(retold.stdout)).toMatchObject({ command, training });
    const text = await runCommandLine('styles', 'wave', '--from', at('styles'));
    expect(text.stdout).toContain(`\n${command}\n`);
    expect(text.stdout).toContain(`the painting photograph-1.png (SHA-256 ${training.painting})`);
  });

  it.each<[readonly string[], number, string]>([
    [['--from', 'EMPTY'], 1, 'Expected styles (.onnx) in EMPTY but there are none'],
    [
      ['--from', 'FOREIGN'],
      1,
      'Expected a model of impasto train in FOREIGN/foreign.onnx but its metadata has no recipe',
    ],
    [['gone', '--from', 'FOREIGN'], 1, 'There is no style gone.'],
    [['FOREIGN/gone.onnx'], 1, 'FOREIGN/gone.onnx but there is no such file'],
    [['--from', 'FOREIGN', '--sheet', 'EMPTY/sheet.png'], 2, 'Expected a path that ends in .html for --sheet'],
    [['wave', '--sheet', 'EMPTY/sheet.html'], 2, 'Expected --sheet or --style but received both'],
  ])('%j', async (argv, code, message) => {
    const root = await temporaryFolder();
    const [empty, foreign] = [join(root, 'empty'), join(root, 'foreign')];
    await Promise.all([mkdir(empty), mkdir(foreign)]);
    await writeModel(foreign, identityGraph(), 'foreign.onnx');
    const filled = (text: string) => text.replace('EMPTY', empty).replace('FOREIGN', foreign);
    const result = await runCommandLine('styles', ...argv.map(filled));
    expect(result.stderr).toContain(filled(message));
    expect(result).toMatchObject({ code, stdout: '' });
    expect(await readdir(empty)).toEqual([]);
  });
});
