import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { glob } from 'tinyglobby';
import { expect, it, onTestFinished, vi } from 'vitest';
import { runCommandLine } from '../helpers/command-line.ts';

const repository = join(import.meta.dirname, '../..');

/** A command as the documents show it: a script, what npm passes on to it, and of impasto the command. */
interface ShownCommand {
  readonly line: string;
  readonly script: string;
  readonly command: string | undefined;
}

async function shownCommands(): Promise<readonly ShownCommand[]> {
  const files = await glob(['README.md', 'docs/*.md', 'artifacts/**/*.md'], { cwd: repository, absolute: true });
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8')));
  return texts.flatMap((text) =>
    [...text.matchAll(/npm run (?:--silent )?([a-z][\w:-]*)(?: --(?= ))?(?: ([a-z][\w-]*))?[^`\n]*/g)].map(
      ([line, script = '', command]) => ({ line, script, command: script === 'impasto' ? command : undefined }),
    ),
  );
}

it('the commands of the documents are there, and npm passes their options on', async () => {
  const shown = await shownCommands();
  expect(shown.length).toBeGreaterThan(20);
  const { scripts } = JSON.parse(await readFile(join(repository, 'package.json'), 'utf8'));
  expect(shown.filter(({ script }) => !Object.hasOwn(scripts, script))).toEqual([]);
  const log = vi.spyOn(console, 'log').mockImplementation(() => {});
  onTestFinished(() => log.mockRestore());
  await runCommandLine('--help');
  const help = String(log.mock.lastCall);
  const commands = new Set([...help.matchAll(/^ +impasto ([a-z-]+)/gm)].map(([, command]) => command));
  expect(shown.filter(({ command }) => command !== undefined && !commands.has(command))).toEqual([]);
  expect(shown.filter(({ line }) => line.includes(' --') && !/^npm run (--silent )?\S+( -- |$)/.test(line))).toEqual(
    [],
  );
});
