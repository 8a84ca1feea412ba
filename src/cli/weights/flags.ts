import type { CommandModule } from 'yargs';
import type { VggArchitecture } from '../../graph-builder/networks/vgg-architecture.ts';

interface ImportArguments {
  readonly from: string;
  readonly as: VggArchitecture | undefined;
  readonly json?: unknown;
}

interface DownloadArguments {
  readonly architecture: VggArchitecture;
  readonly url: string | undefined;
  readonly layer: string | undefined;
  readonly json?: unknown;
}

const architectures: readonly VggArchitecture[] = ['vgg16', 'vgg19'];

const importCommand: CommandModule<object, ImportArguments> = {
  command: 'import',
  describe: 'Copy VGG weights from a file you have into the cache',
  builder: (yargs) =>
    yargs
      .option('from', {
        type: 'string',
        demandOption: true,
        requiresArg: true,
        describe: 'A .safetensors or .onnx file, or a TensorFlow.js model.json or its folder',
      })
      .option('as', {
        choices: architectures,
        requiresArg: true,
        describe: 'What the file holds (default: found from its contents)',
      }),
  handler: async ({ from, as, json }) => {
    const { runImport } = await import('./run.ts');
    await runImport(from, as, json === true);
  },
};

const downloadCommand: CommandModule<object, DownloadArguments> = {
  command: 'download <architecture>',
  describe: 'Download the layers of VGG that style transfer uses into the cache',
  builder: (yargs) =>
    yargs
      .positional('architecture', { choices: architectures, demandOption: true, describe: 'The loss network' })
      .option('url', {
        type: 'string',
        requiresArg: true,
        describe: 'Another address of the safetensors file (default: the one that timm publishes)',
      })
      .option('layer', {
        type: 'string',
        requiresArg: true,
        describe: 'The deepest layer to download, such as relu4_1 (default: relu4_1 of vgg19, relu4_3 of vgg16)',
      }),
  handler: async ({ architecture, url, layer, json }) => {
    const { runDownload } = await import('./run.ts');
    await runDownload(architecture, url, layer, json === true);
  },
};

/** `impasto weights`: brings the weights of a loss network into the cache folder. */
export const weightsCommand: CommandModule = {
  command: 'weights',
  describe: 'Import or download the weights of a loss network',
  builder: (yargs) =>
    yargs
      .command(importCommand)
      .command(downloadCommand)
      .demandCommand(1, 'Expected weights import or weights download'),
  handler: () => {},
};
