import { expect, it } from 'vitest';
import { runCommandLine } from '../helpers/command-line.ts';

const printed = async (...argv: readonly string[]) => {
  const { code, stdout } = await runCommandLine('print', ...argv, '--json');
  expect(code).toBe(0);
  return JSON.parse(stdout);
};

it('prints a style as it is built and as it is lowered, with what each costs', async () => {
  const plain = await printed('mosaic', '--size', '64x32');
  const lowered = await printed('mosaic', '--size', '64x32', '--target', 'file');
  expect(plain.text).toContain('Resize(');
  expect(lowered.text).not.toContain('Resize(');
  expect(lowered.multiplications).not.toBe(plain.multiplications);
  expect(plain.bytes).toBeGreaterThan(0);
});

it('prints the graph of a training step', async () => {
  const { text } = await printed('training', '--size', '64x64', '--target', 'cpu');
  expect(text).toMatch(/output encoder\.conv1\.weight\.grad/);
});

it('refuses an unknown target and a size that is none', async () => {
  expect((await runCommandLine('print', 'mosaic', '--target', 'tpu')).code).toBe(2);
  expect((await runCommandLine('print', 'mosaic', '--size', 'large')).code).toBe(2);
});
