import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findStyles, resolveModel } from '../../src/infer/shipped-styles.node.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

async function stylesFolder(): Promise<string> {
  const folder = await temporaryFolder();
  for (const name of ['wave.onnx', 'brush-strokes.onnx', 'notes.md']) await writeFile(join(folder, name), '');
  return folder;
}

describe('styles by their names', () => {
  it('are the models of a folder, in order', async () => {
    const folder = await stylesFolder();
    expect(await findStyles(folder)).toEqual([
      { name: 'brush-strokes', path: join(folder, 'brush-strokes.onnx') },
      { name: 'wave', path: join(folder, 'wave.onnx') },
    ]);
    expect(await findStyles(join(folder, 'nowhere'))).toEqual([]);
  });

  it('become paths; paths stay what they are', async () => {
    const folder = await stylesFolder();
    expect(await resolveModel('brush-strokes', folder)).toBe(join(folder, 'brush-strokes.onnx'));
    for (const path of ['wave.onnx', './wave', 'runs/wave', '/wave', 'a_b.onnx']) {
      expect(await resolveModel(path, folder)).toBe(path);
    }
  });

  it('are listed where one is unknown', async () => {
    const folder = await stylesFolder();
    await expect(resolveModel('waves', folder)).rejects.toThrow(
      'Expected a model file or one of the styles that come with impasto (brush-strokes, wave) but received waves; ' +
        'if it is a file, write ./waves',
    );
    await expect(resolveModel('waves', join(folder, 'nowhere'))).rejects.toThrow('impasto (none)');
  });
});
