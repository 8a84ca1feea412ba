import { buildGraphsCommand } from './build-graphs/flags.ts';
import { demoCommand } from './demo/flags.ts';
import { distillCommand } from './distill/flags.ts';
import { doctorCommand } from './doctor/flags.ts';
import { evaluateCommand } from './evaluate/flags.ts';
import { exportCommand } from './export/flags.ts';
import { optimizeCommand } from './optimize/flags.ts';
import { printCommand } from './print/flags.ts';
import { reportCommand } from './report/flags.ts';
import { runProgram } from './shared/run-program.ts';
import { stylesCommand } from './styles/flags.ts';
import { stylizeCommand } from './stylize/flags.ts';
import { sweepCommand } from './sweep/flags.ts';
import { trainCommand } from './train/flags.ts';
import { trainBaseCommand } from './train-base/flags.ts';
import { weightsCommand } from './weights/flags.ts';

const commands = [
  demoCommand,
  trainCommand,
  sweepCommand,
  stylizeCommand,
  optimizeCommand,
  stylesCommand,
  exportCommand,
  evaluateCommand,
  doctorCommand,
  reportCommand,
  distillCommand,
  trainBaseCommand,
  buildGraphsCommand,
  printCommand,
  weightsCommand,
];

/**
 * Runs one command line of `impasto`.
 * @param argv the words after the program's name
 * @returns the exit code; what went wrong has been written to stderr in one sentence
 */
export function run(argv: readonly string[]): Promise<number> {
  return runProgram(argv, {
    name: 'impasto',
    purpose: 'learn the style of a painting, paint photographs in it',
    commands,
    examples: [
      ['$0 demo', 'train a style in minutes and paint with it'],
      ['$0 stylize photo.jpg --model starry-night', 'paint a photograph'],
      ['$0 train --style painting.jpg', 'learn a painting of your own'],
    ],
    addCommands: (program) =>
      program
        .command(demoCommand)
        .command(trainCommand)
        .command(sweepCommand)
        .command(stylizeCommand)
        .command(optimizeCommand)
        .command(stylesCommand)
        .command(exportCommand)
        .command(evaluateCommand)
        .command(doctorCommand)
        .command(reportCommand)
        .command(distillCommand)
        .command(trainBaseCommand)
        .command(buildGraphsCommand)
        .command(printCommand)
        .command(weightsCommand),
  });
}
