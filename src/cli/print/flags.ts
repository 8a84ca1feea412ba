import type { Argv, CommandModule } from 'yargs';
import { targets } from '../../lowering/targets.ts';
import type { GlobalArguments, OptionsOf } from '../shared/options.ts';
import { sizeOption } from '../shared/size-option.ts';

const options = (yargs: Argv<GlobalArguments>) =>
  yargs
    .positional('graph', {
      type: 'string',
      demandOption: true,
      describe:
        'A style by its name, a model.onnx, or "training", the graph of a training step (16 channels, one photograph)',
    })
    .option('target', {
      choices: targets,
      requiresArg: true,
      describe: 'Lower the graph for this target first (default: print it as it is built)',
    })
    .option('size', {
      requiresArg: true,
      describe: 'WIDTHxHEIGHT of the picture, so that the cost is known (default: 256x256)',
      coerce: sizeOption,
    });

/** `impasto print`: a graph as text. */
export const printCommand: CommandModule<GlobalArguments, OptionsOf<typeof options>> = {
  command: 'print <graph>',
  describe: 'Print a graph as text, with what it costs',
  builder: options,
  handler: async ({ graph, target, size, json }) => {
    const { runPrint } = await import('./run.ts');
    await runPrint({ graph, target, size }, json);
  },
};
