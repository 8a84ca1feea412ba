import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeOnnx } from '../../src/graph-builder/onnx/onnx-file.ts';
import { reduceMean } from '../../src/graph-builder/operators/index.ts';
import { encodePicture } from '../../src/image/encode.node.ts';
import { runCommandLine } from '../helpers/command-line.ts';
import { framedPicture, paint, plainPicture, toSharp, vividPicture } from '../helpers/pictures.ts';
import { identityGraph, pixelGraph } from '../helpers/style-models.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

async function workplace() {
  const folder = await temporaryFolder();
  const content = join(folder, 'photographs');
  await mkdir(content);
  const model = join(folder, 'unchanged.onnx');
  await writeFile(model, writeOnnx(identityGraph()));
  return { folder, content, model };
}

interface Finding {
  readonly fault: string;
  readonly value: number | null;
  readonly found: boolean;
}

const findingsOf = (stdout: string): readonly Finding[] => JSON.parse(stdout).findings;

describe('impasto doctor', () => {
  it('finds that a style that changes nothing leaves flat regions unpainted, and exits with 1', async () => {
    const { content, model } = await workplace();
    const picture = paint(320, 320, (x, y) => {
      const level = y < 160 ? 190 : (x * 37 + y * 91) % 256;
      return [level, level, level];
    });
    await toSharp(picture).png().toFile(join(content, 'a.png'));
    const { code, stdout, stderr } = await runCommandLine('doctor', model, '--content', content, '--json');
    expect(code).toBe(1);
    expect(findingsOf(stdout).find(({ fault }) => fault === 'unpainted')?.found).toBe(true);
    expect(stderr).toContain('unpainted');
  });

  it('exits with 0 where there is no fault', async () => {
    const { content, model } = await workplace();
    await toSharp(plainPicture(96, 96, [90, 120, 150]))
      .png()
      .toFile(join(content, 'a.png'));
    const { code, stdout } = await runCommandLine('doctor', model, '--content', content, '--json');
    expect(code).toBe(0);
    expect(findingsOf(stdout).filter(({ found }) => found)).toEqual([]);
  });

  it('looks at a painting within its frame, and refuses one of a single colour', async () => {
    const { folder, content, model } = await workplace();
    const picture = vividPicture(300, 240);
    await toSharp(picture).png().toFile(join(content, 'a.png'));
    const [whole, framed, flat] = ['whole.png', 'framed.png', 'flat.png'].map((name) => join(folder, name));
    await encodePicture(picture, whole ?? '');
    await encodePicture(framedPicture(picture, 40), framed ?? '');
    await encodePicture(plainPicture(90, 90, [9, 9, 9]), flat ?? '');
    const examine = (style = '', ...more: readonly string[]) =>
      runCommandLine('doctor', model, '--content', content, '--style', style, '--json', ...more);
    const lostIn = ({ stdout }: { readonly stdout: string }) =>
      findingsOf(stdout).find(({ fault }) => fault === 'lost colours')?.value ?? Number.NaN;
    expect(lostIn(await examine(framed))).toBeCloseTo(lostIn(await examine(whole)), 2);
    expect(lostIn(await examine(framed, '--no-crop'))).toBeGreaterThan(lostIn(await examine(whole)) + 0.05);
    expect((await examine(flat)).code).toBe(2);
  });

  it('refuses what is no style network as wrong usage', async () => {
    const { folder, content } = await workplace();
    await toSharp(plainPicture(96, 96, [90, 120, 150]))
      .png()
      .toFile(join(content, 'a.png'));
    const other = join(folder, 'mean.onnx');
    await writeFile(other, writeOnnx(pixelGraph((image) => reduceMean(image, [1, 2, 3], 0))));
    const broken = join(folder, 'broken.onnx');
    await writeFile(broken, 'not a model');
    for (const path of [other, broken]) {
      const { code, stderr } = await runCommandLine('doctor', path, '--content', content);
      expect(code).toBe(2);
      expect(stderr).toContain(path);
    }
  });
});
