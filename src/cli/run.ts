import yargs from 'yargs';
import { buildGraphsCommand } from './build-graphs.ts';
import { demoCommand } from './demo.ts';
import { distillCommand } from './distill.ts';
import { doctorCommand } from './doctor/flags.ts';
import { evaluateCommand } from './evaluate.ts';
import { exitCodeOf, exitCodes, UsageError } from './exit.ts';
import { exportCommand } from './export.ts';
import { figuresCommand } from './figures.ts';
import { galleryCommand } from './gallery.ts';
import { optimizeCommand } from './optimize/flags.ts';
import { reportCommand } from './report.ts';
import { styleImagesCommand } from './style-images.ts';
import { stylesCommand } from './styles.ts';
import { stylizeCommand } from './stylize.ts';
import { sweepCommand } from './sweep.ts';
import { trainCommand } from './train.ts';
import { trainBaseCommand } from './train-base/flags.ts';
import { requireKnownOptions, requireSingleValues, sentences, withoutAliases } from './usage.ts';
import { packageVersion } from './version.ts';
import { weightsCommand } from './weights.ts';

/**
 * Runs one command line.
 * @param argv the words after the program's name
 * @returns the exit code; what went wrong has been written to stderr in one sentence
 */
export async function run(argv: readonly string[]): Promise<number> {
  const program = yargs([...argv]);
  const parser = program
    .scriptName('impasto')
    .usage('$0 <command>: learn the style of a painting, paint photographs in it')
    .version(packageVersion)
    .option('json', { type: 'boolean', default: false, describe: 'Machine-readable result on stdout' })
    .command(demoCommand)
    .command(trainCommand)
    .command(sweepCommand)
    .command(stylizeCommand)
    .command(optimizeCommand)
    .command(stylesCommand)
    .command(exportCommand)
    .command(galleryCommand)
    .command(figuresCommand)
    .command(evaluateCommand)
    .command(doctorCommand)
    .command(reportCommand)
    .command(distillCommand)
    .command(trainBaseCommand)
    .command(buildGraphsCommand)
    .command(weightsCommand)
    .command(styleImagesCommand)
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
    process.stderr.write(`impasto: ${message.replaceAll(/\s*\n\s*/g, ' ')}\n`);
    return exitCodeOf(error);
  }
}
