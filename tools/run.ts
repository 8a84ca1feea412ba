import { runProgram } from '../src/cli/shared/run-program.ts';
import { figuresCommand } from './figures/flags.ts';
import { galleryCommand } from './gallery/flags.ts';
import { styleImagesCommand } from './style-images/flags.ts';

/**
 * Runs one command line of the tools that make what the repository shows and ships.
 * @param argv the words after the program's name
 * @returns the exit code; what went wrong has been written to stderr in one sentence
 */
export function runTool(argv: readonly string[]): Promise<number> {
  return runProgram(argv, {
    name: 'impasto-tools',
    purpose: 'make what the repository shows and ships',
    commands: [galleryCommand, figuresCommand, styleImagesCommand],
    examples: [['npm run gallery', 'paint the photographs of docs/gallery.md again']],
    addCommands: (program) => program.command(galleryCommand).command(figuresCommand).command(styleImagesCommand),
  });
}
