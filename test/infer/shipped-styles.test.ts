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
    await expect(resolveModel('charcoal', folder)).rejects.toThrow('brush-strokes, wave');
    await expect(resolveModel('charcoal', join(folder, 'nowhere'))).rejects.toThrow('none');
  });

  it.each(['waves', 'Wave', 'wvae', ' wave'])('are suggested for %j', async (name) => {
    await expect(resolveModel(name, await stylesFolder())).rejects.toThrow('mean wave?');
  });

  it.each(['Brush Strokes', 'brush_strokes', 'brushstrokes'])('of several words are suggested for %j', async (name) => {
    await expect(resolveModel(name, await stylesFolder())).rejects.toThrow('mean brush-strokes?');
  });
});
