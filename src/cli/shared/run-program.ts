import yargs, { type Argv } from 'yargs';
import { exitCodeOf, exitCodes, UsageError } from './exit.ts';
import type { GlobalArguments } from './options.ts';
import { requireKnownOptions, requireSingleValues, sentences, withoutAliases } from './usage.ts';
import { packageVersion } from './version.ts';

/** A program of several commands. */
export interface Program {
  /** What starts it. */
  readonly name: string;
  /** What it is for, in a few words. */
  readonly purpose: string;
  readonly addCommands: (program: Argv<GlobalArguments>) => Argv<GlobalArguments>;
}

/**
 * Runs one command line of a program.
 * @param argv the words after the program's name
 * @returns the exit code; what went wrong has been written to stderr in one sentence
 */
export async function runProgram(argv: readonly string[], { name, purpose, addCommands }: Program): Promise<number> {
  const program = yargs([...argv]);
  const withOptions = program
    .scriptName(name)
    .usage(`$0 <command>: ${purpose}`)
    .version(packageVersion)
    .option('json', { type: 'boolean', default: false, describe: 'Machine-readable result on stdout' });
  const parser = addCommands(withOptions)
    .demandCommand(1, 'Expected a command')
    .strict()
    // Before the options' own checks, which are given one value each.
    .middleware((given) => requireKnownOptions(given, Object.keys(program.getOptions().key)), true)
    .middleware(requireSingleValues, true)
    .parserConfiguration({ 'boolean-negation': false, 'dot-notation': false })
    .updateStrings(sentences)
    .wrap(120)
    .exitProcess(false)
    .fail((message, error) => {
      // yargs gives its own errors, and those of coerce functions, another class; the work's errors keep theirs.
      throw error && error.name !== 'YError' ? error : new UsageError(`${withoutAliases(message)} (see --help)`);
    });
  try {
    await parser.parseAsync();
    return exitCodes.done;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    process.stderr.write(`${name}: ${message.replaceAll(/\s*\n\s*/g, ' ')}\n`);
    return exitCodeOf(error);
  }
}
