import { describe, expect, it, vi } from 'vitest';
import { withoutAliases } from '../../src/cli/shared/usage.ts';
import { runCommandLine } from '../helpers/command-line.ts';

/** Every command, and an option of it that takes one value. */
const commands: readonly (readonly [command: readonly string[], option: string])[] = [
  [['train'], 'micro-batch'],
  [['sweep'], 'style-sizes'],
  [['stylize', 'a.jpg'], 'quality'],
  [['optimize', 'a.jpg'], 'max-size'],
  [['evaluate'], 'max-side'],
  [['report', 'run'], 'watch-port'],
  [['build-graphs'], 'layout'],
  [['weights', 'import'], 'as'],
  [['weights', 'download', 'vgg19'], 'url'],
];

/** The options of a command that take one value, from its help. */
async function singleValued(command: readonly string[]): Promise<readonly string[]> {
  const log = vi.spyOn(console, 'log').mockImplementation(() => {});
  await runCommandLine(...command, '--help');
  const [help = ''] = log.mock.lastCall ?? [];
  log.mockRestore();
  const [, options = ''] = String(help).split('Options:');
  return options
    .split(/\n(?= {2,6}(?:-\w, )?--)/)
    .filter((option) => !/\[(boolean|array)\]/.test(option))
    .flatMap((option) => /--([\w-]+)/.exec(option)?.[1] ?? []);
}

async function refusal(...argv: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await runCommandLine(...argv);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  return stderr;
}

describe('one sentence answers', () => {
  it.each(commands)('%j with any option given twice, without a value or with an empty one', async (command, option) => {
    const names = await singleValued(command);
    expect(names).toContain(option);
    for (const name of names) {
      const flag = `--${name}`;
      expect(await refusal(...command, flag, '1', flag, '2')).toBe(
        `impasto: Expected ${flag} once but received 1 and 2\n`,
      );
      expect(await refusal(...command, flag)).toBe(
        `impasto: Expected a value for ${flag} but received none (see --help)\n`,
      );
      expect(await refusal(...command, flag, '')).toBe(
        `impasto: Expected a value for ${flag} but received an empty one\n`,
      );
    }
  });

  it.each([
    [['train', '--preview', 'a.jpg', '--preview', ''], 'Expected a value for --preview but received an empty one'],
    [
      ['train', '--recipe', 'secret'],
      '--recipe received "secret", its choices are "balanced", "motifs", "paper", "original"',
    ],
    [
      ['stylize', 'a.jpg', '--model', 'm', '--output', 'b', '--device', 'tpu'],
      '--device received "tpu", its choices are "auto", "cpu", "cuda", "webgpu"',
    ],
    [['train', '--no-batch'], 'Unknown option --no-batch.'],
    [['train', '--batch.of', '4'], 'Unknown option --batch.of.'],
    [['train', '--batsch', '4'], 'Unknown option --batsch. Did you mean --batch?'],
    [['stylize', 'a.jpg', '--modle', 'wave'], 'Unknown option --modle. Did you mean --model?'],
    [['stylise', 'a.jpg'], 'Unknown command stylise. Did you mean stylize?'],
    [['Train'], 'Unknown command Train. Did you mean train?'],
    [['bake'], 'Unknown command bake. See'],
    [['sweep', '--style-size', '256'], 'Unknown option --style-size. Did you mean --style-sizes?'],
    [['evaluate', '--style', 'a.jpg'], 'Expected a value for content but received none'],
    [['optimize', 'a.jpg'], 'Expected values for style, output but received none'],
    [
      ['stylize', 'a.jpg', '--model', 'm', '--outptu', 'b', '--stroke-sizes', '9'],
      'Unknown options --outptu, --stroke-sizes. See',
    ],
    [['report'], 'Received 0 words after the command but expected at least 1'],
    [['train', '--watch-port', '3000'], 'Expected the second of these options with the first: watch-port -> watch'],
  ])('%j', async (argv, sentence) => {
    expect(await refusal(...argv)).toContain(sentence);
  });

  it('unknown options by the names that were given', () => {
    expect(withoutAliases('but received a, style-size, styleSize, no-json, noJson, b')).toBe(
      'but received a, style-size, no-json, b',
    );
    expect(withoutAliases('but received style-size, styles')).toBe('but received style-size, styles');
  });
});
