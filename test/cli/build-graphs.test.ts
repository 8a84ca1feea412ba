import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { encodePicture } from '../../src/image/encode.node.ts';
import { runCommandLine } from '../helpers/command-line.ts';
import { framedPicture, smoothPicture } from '../helpers/pictures.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { writePatternVgg } from '../helpers/training-files.ts';

describe('impasto build-graphs', () => {
  it("writes ONNX Runtime's training layout with a painting in the checkpoint", async () => {
    const folder = await temporaryFolder();
    const out = join(folder, 'out');
    const style = join(folder, 'painting.png');
    await encodePicture(framedPicture(smoothPicture(300, 220), 20), style);
    const lossNetwork = await writePatternVgg(folder, 'relu4_1');
    const { code, stdout, stderr } = await runCommandLine(
      ...['build-graphs', '--layout', 'ort-training', '--style', style, '--style-size', '64', '--out', out],
      ...['--channels', '2', '--size', '64', '--loss-network', lossNetwork, '--json'],
    );
    expect(code).toBe(0);
    expect(stderr).toContain(`Cropped the frame of ${style}`);
    const written = JSON.parse(await readFile(join(out, 'manifest.json'), 'utf8'));
    expect(JSON.parse(stdout)).toEqual(written);
    expect(written.options).toMatchObject({ layout: 'ort-training', lossNetwork: 'vgg19', style: { size: 64 } });
    const { left, top, width, height } = written.options.style.crop;
    expect(Math.min(left, top)).toBeGreaterThanOrEqual(20);
    expect(Math.max(left + width - 280, top + height - 200)).toBeLessThanOrEqual(0);
    expect(JSON.stringify(written)).not.toContain(folder);
    expect((await readdir(out)).sort()).toEqual([
      'checkpoint',
      'eval_model.onnx',
      'manifest.json',
      'optimizer_model.onnx',
      'training_model.onnx',
    ]);
  });

  it.each([
    [['--style', 'painting.png'], /Expected --layout ort-training with --style but received --layout impasto/],
    [['--layout', 'ort-training', '--style-size', '128'], /style-size -> style/],
    [['--layout', 'torch'], /layout/],
  ])('refuses %j', async (flags, message) => {
    const { code, stderr } = await runCommandLine('build-graphs', ...flags);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });
});
