import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { publint } from 'publint';
import { build, createLogger, type InlineConfig, preview } from 'vite';
import { describe, expect, it, onTestFinished } from 'vitest';
import { decodePicture } from '../../src/image/decode.node.ts';
import { encodePicture } from '../../src/image/encode.node.ts';
import { chromiumPath, openBrowser } from '../helpers/chromium.ts';
import { toSharp, vividPicture } from '../helpers/pictures.ts';
import { negative, negativeGraph, writeModel } from '../helpers/style-models.ts';
import { installedPackage } from './installed-package.ts';

const installed = installedPackage();
const photograph = vividPicture(40, 30);

/** The paths of a photograph and of a style, the negative, in the project. */
async function workplace() {
  const { at } = installed();
  await encodePicture(photograph, at('photograph.png'));
  return { photograph: at('photograph.png'), style: await writeModel(at(), negativeGraph()) };
}

const pixelsOf = async (path: string) => [...(await decodePicture(path)).data];

describe('the package', () => {
  it('is what publint expects', async () => {
    const { tarball } = installed();
    const pack = { tarball: Uint8Array.from(tarball).buffer };
    expect((await publint({ pack, strict: true })).messages).toEqual([]);
  });

  it('paints a picture in Node, as the example does', async () => {
    const { at, run } = installed();
    const { photograph: input, style } = await workplace();
    const output = await run('node', 'node-stylize.mjs', input, style, at('painted.png'));
    expect(output).toBe('1 of 1 parts are painted\n');
    const expected = [...photograph.data].map((value) => Math.round(value + 0.9 * (255 - 2 * value)));
    expect(await pixelsOf(at('painted.png'))).toEqual(expected);
  });

  it('paints a file in Node, as the example does', async () => {
    const { at, run } = installed();
    const { photograph: input, style } = await workplace();
    await run('node', 'node-stylize-file.mjs', input, style, at('file.png'));
    expect(await pixelsOf(at('file.png'))).toEqual([...negative(photograph).data]);
  });

  it('has the command', async () => {
    const { at, run } = installed();
    const { photograph: input, style } = await workplace();
    const output = at('by-command.png');
    const json = await run('npx', 'impasto', 'stylize', input, '--model', style, '--output', output, '--json');
    expect(JSON.parse(json)).toMatchObject({ outputs: [output], device: 'cpu' });
    expect(await pixelsOf(output)).toEqual([...negative(photograph).data]);
    const { styles } = JSON.parse(await run('npx', 'impasto', 'styles', '--json'));
    expect(styles.length).toBeGreaterThan(0);
    const { command } = JSON.parse(await run('npx', 'impasto', 'styles', 'mosaic', '--json'));
    expect(command).toMatch(/^npx impasto train --style /);
  });

  it('trains with what comes with it, and writes the report', async () => {
    const { at, run } = installed();
    const style = at('node_modules', 'impasto', 'artifacts', 'style-images', 'mosaic.jpg');
    const small = ['--channels', '2', '--batch', '1', '--size', '64', '--style-size', '64', '--steps', '1'];
    const json = await run('npx', 'impasto', 'train', '--style', style, ...small, '--out', 'run', '--json');
    expect(JSON.parse(json)).toMatchObject({ model: expect.stringContaining('model.onnx') });
    const report = await readFile(at('run', 'report.html'), 'utf8');
    expect(report).toContain('copyright (c) Leon Sorokin');
    await run(
      'npx',
      'impasto',
      'stylize',
      (await workplace()).photograph,
      '--model',
      'run/model.onnx',
      '--output',
      'x.png',
    );
    expect((await stat(at('x.png'))).size).toBeGreaterThan(100);
  });

  it.each([
    ['Node', 'nodenext', 'nodenext', ['node'], ['node-stylize.mjs', 'node-stylize-file.mjs']],
    ['a page', 'esnext', 'bundler', [], ['browser/main.js']],
  ])('has types, which the examples of %s keep to', async (where, module, moduleResolution, types, examples) => {
    const { at, run } = installed();
    const project = at(`tsconfig.${module}.json`);
    const typeRoots = [join(packageFolder('@types/node'), '..')];
    const checks = { noEmit: true, allowJs: true, checkJs: true, skipLibCheck: true, target: 'es2023' };
    const compilerOptions = { ...checks, strict: false, module, moduleResolution, types, typeRoots };
    await writeFile(project, JSON.stringify({ compilerOptions, files: ['misuse.ts', ...examples] }));
    await writeFile(at('misuse.ts'), misuse);
    const output = await run('node', join(packageFolder('typescript'), 'bin/tsc'), '-p', project);
    expect(output, where).toBe('');
  });
});

describe.skipIf(chromiumPath === undefined)('the package in a page', () => {
  it('is bundled without anything of Node, and paints a picture, as the example does', async () => {
    const { at } = installed();
    await mkdir(at('browser', 'public'));
    await writeModel(at('browser', 'public'), negativeGraph(), 'style.onnx');
    const warnings: string[] = [];
    const warn = (message: string) => warnings.push(message);
    const customLogger = { ...createLogger('warn'), warn, warnOnce: warn };
    const config: InlineConfig = { root: at('browser'), configFile: false, logLevel: 'warn', customLogger };
    await build(config);
    // Vite warns of modules of Node that it leaves out.
    expect(warnings.filter((warning) => !/chunks are larger/.test(warning))).toEqual([]);
    const server = await preview({ ...config, preview: { port: 0, host: '127.0.0.1' } });
    onTestFinished(() => server.close());
    const page = await (await openBrowser()).newPage();
    await page.goto(server.resolvedUrls?.local[0] ?? '');
    await page.locator('#photograph').setInputFiles({
      name: 'photograph.png',
      mimeType: 'image/png',
      buffer: await toSharp(photograph)
        .joinChannel(transparentTop, { raw: { ...size, channels: 1 } })
        .png()
        .toBuffer(),
    });
    await page.getByText('Painted on wasm.').waitFor();
    const painted = await page.locator('#painting').evaluate(async (image) => {
      const blob = await (await fetch(image.getAttribute('src') ?? '')).blob();
      return [...new Uint8Array(await blob.arrayBuffer())];
    });
    await writeFile(at('page.png'), Uint8Array.from(painted));
    const onWhite = photograph.data.map((value, index) => (index < 3 * size.width ? 255 : value));
    expect(await pixelsOf(at('page.png'))).toEqual([...negative({ ...size, data: onWhite }).data]);
  });
});

const size = { width: photograph.width, height: photograph.height };
/** Alpha of a picture whose first row is not to be seen. */
const transparentTop = Buffer.alloc(size.width * size.height, 255).fill(0, 0, size.width);

/** Were the types lost on the way, nothing would be wrong here. */
const misuse = `
import { createStylizer, readPicture } from 'impasto';
const stylizer = await createStylizer(new Uint8Array(1));
const picture = { width: 1, height: 1, data: new Uint8Array(3) };
await stylizer.stylize(picture, { strength: 0.5, signal: AbortSignal.timeout(1000) });
// @ts-expect-error: a number
await stylizer.stylize(picture, { strength: 'half' });
// @ts-expect-error: a picture
await stylizer.stylize(await readPicture);
`;

function packageFolder(name: string): string {
  return dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
}
