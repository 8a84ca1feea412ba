import yargs from 'yargs';
import { buildGraphsCommand } from './build-graphs.ts';
import { evaluateCommand } from './evaluate.ts';
import { exitCodeOf, exitCodes, UsageError } from './exit.ts';
import { reportCommand } from './report.ts';
import { styleImagesCommand } from './style-images.ts';
import { stylizeCommand } from './stylize.ts';
import { sweepCommand } from './sweep.ts';
import { trainCommand } from './train.ts';
import { packageVersion } from './version.ts';
import { weightsCommand } from './weights.ts';

/** What may be given several times. */
const repeatable: ReadonlySet<string> = new Set(['_', 'input', 'preview']);

function requirePlainFlags(argv: Readonly<Record<string, unknown>>): true {
  for (const [name, value] of Object.entries(argv)) {
    if (value === '') throw new UsageError(`Expected a value for --${name} but received an empty one`);
    if (!Array.isArray(value) || repeatable.has(name)) continue;
    throw new UsageError(`Expected --${name} once but received ${value.join(' and ')}`);
  }
  return true;
}

/**
 * Runs one command line.
 * @param argv the words after the program's name
 * @returns the exit code; what went wrong has been written to stderr in one sentence
 */
export async function run(argv: readonly string[]): Promise<number> {
  const parser = yargs([...argv])
    .scriptName('impasto')
    .usage('$0 <command>: learn the style of a painting, paint photographs in it')
    .version(packageVersion)
    .option('json', { type: 'boolean', default: false, describe: 'Machine-readable result on stdout' })
    .command(trainCommand)
    .command(sweepCommand)
    .command(stylizeCommand)
    .command(evaluateCommand)
    .command(reportCommand)
    .command(buildGraphsCommand)
    .command(weightsCommand)
    .command(styleImagesCommand)
    .demandCommand(1, 'Expected a command')
    .strict()
    .check(requirePlainFlags)
    .wrap(120)
    .exitProcess(false)
    .fail((message, error) => {
      // yargs gives its own errors, and those of coerce functions, another class; the work's errors keep theirs.
      throw error && error.name !== 'YError' ? error : new UsageError(`${message} (see --help)`);
    });
  try {
    await parser.parseAsync();
    return exitCodes.done;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    process.stderr.write(`impasto: ${message.replaceAll(/\s*\n\s*/g, ' ')}\n`);
    return exitCodeOf(error);
  }
}
