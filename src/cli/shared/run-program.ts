import yargs, { type Argv } from 'yargs';
import { didYouMean } from '../../files/suggestion.ts';
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
  readonly commands: readonly { readonly command?: string | readonly string[] | undefined }[];
  readonly addCommands: (program: Argv<GlobalArguments>) => Argv<GlobalArguments>;
  /** Command lines that show what the program does, and what each is for. */
  readonly examples: readonly (readonly [line: string, purpose: string])[];
}

/**
 * Runs one command line of a program.
 * @param argv the words after the program's name
 * @returns the exit code; what went wrong has been written to stderr in one sentence
 */
export async function runProgram(
  argv: readonly string[],
  { name, purpose, commands, addCommands, examples }: Program,
): Promise<number> {
  if (argv.length === 0) return runProgram(['--help'], { name, purpose, commands, addCommands, examples });
  const unknown = unknownCommand(argv, commandNames(commands));
  if (unknown !== undefined) {
    process.stderr.write(`${name}: ${unknown}\n`);
    return exitCodes.usage;
  }
  const program = yargs([...argv]);
  const withOptions = program
    .scriptName(name)
    .usage(`$0 <command>: ${purpose}`)
    .version(packageVersion)
    .option('json', { type: 'boolean', default: false, describe: 'Machine-readable result on stdout' });
  const withExamples = examples.reduce((made, [line, what]) => made.example(line, what), addCommands(withOptions));
  const parser = withExamples
    .demandCommand(1, 'Expected a command')
    .strict()
    // Before the options' own checks, which are given one value each.
    .middleware((given) => requireKnownOptions(given, Object.keys(program.getOptions().key)), true)
    .middleware(requireSingleValues, true)
    .parserConfiguration({ 'boolean-negation': false, 'dot-notation': false })
    .completion('completion', 'Print a script that completes commands and options in your shell')
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

function commandNames(commands: Program['commands']): readonly string[] {
  return commands.flatMap(({ command = [] }) => [command].flat().map((pattern) => pattern.split(' ', 1)[0] ?? ''));
}

/** A sentence about a first word that is no command; undefined if it is one, or an option. */
function unknownCommand([first = '']: readonly string[], names: readonly string[]): string | undefined {
  if (first.startsWith('-') || [...names, 'completion'].includes(first)) return undefined;
  return `Unknown command ${first}.${didYouMean(first, names)} See --help.`;
}
