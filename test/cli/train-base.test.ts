import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { newConfiguration } from '../../src/cli/train-base/configuration.ts';
import { encodePicture } from '../../src/image/encode.node.ts';
import { runCommandLine } from '../helpers/command-line.ts';
import { plainPicture, vividPicture } from '../helpers/pictures.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { noFlags } from '../helpers/training-flags.ts';

async function paintingsFolder() {
  const folder = await temporaryFolder();
  const paintings = join(folder, 'paintings');
  await mkdir(paintings);
  for (const name of ['a', 'b']) await encodePicture(vividPicture(80, 70), join(paintings, `${name}.png`));
  await encodePicture(vividPicture(80, 70), join(folder, 'single.png'));
  return { folder, paintings, at: (name: string) => join(folder, name) };
}

describe('impasto train-base', () => {
  it('takes single paintings as one group and each folder as another, without those that are left out', async () => {
    const { paintings, at } = await paintingsFolder();
    await writeFile(at('left-out.txt'), '# Not these:\n\nb.png\n');
    const flags = { ...noFlags, paintings: [paintings, at('single.png')], leaveOut: at('left-out.txt') };
    const none = { variants: undefined, out: undefined, maxMinutes: undefined, resume: undefined, threads: undefined };
    const { paintings: groups, recipe } = await newConfiguration({ ...flags, ...none });
    expect(groups).toEqual([[at('single.png')], [join(paintings, 'a.png')]]);
    expect(recipe).toBe('motifs');
  });

  it.each([
    ['no paintings', [], 2],
    ['a name that is no painting', ['--paintings', 'PAINTINGS', '--leave-out', 'TYPO'], 2],
    ['all paintings left out', ['--paintings', 'PAINTINGS', '--leave-out', 'ALL'], 2],
    ['no such list', ['--paintings', 'PAINTINGS', '--leave-out', 'GONE'], 1],
    ['no such painting', ['--paintings', 'GONE'], 1],
    ['a painting of one colour', ['--paintings', 'FLAT'], 2],
    ['an option that a resumed run has already', ['--resume', 'PAINTINGS', '--seed', '3'], 1],
  ])('refuses %s', async (_, argv, expected) => {
    const { folder, paintings, at } = await paintingsFolder();
    await writeFile(at('typo.txt'), 'a\nc\n');
    await writeFile(at('all.txt'), 'a\nb\n');
    await encodePicture(plainPicture(80, 80, [9, 9, 9]), at('flat.png'));
    const paths: Readonly<Record<string, string>> = {
      PAINTINGS: paintings,
      TYPO: at('typo.txt'),
      ALL: at('all.txt'),
      GONE: at('gone'),
      FLAT: at('flat.png'),
    };
    const words = argv.map((word) => paths[word] ?? word);
    const { code, stderr } = await runCommandLine('train-base', ...words, '--threads', '1', ...outOf(argv, at('out')));
    expect(code).toBe(expected);
    expect(stderr).not.toContain('ENOENT');
    expect(await readdir(folder)).not.toContain('out');
  });
});

function outOf(argv: readonly string[], out: string): readonly string[] {
  return argv.includes('--resume') ? [] : ['--out', out];
}
