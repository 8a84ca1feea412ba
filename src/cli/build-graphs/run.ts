import { requireWritableFolder } from '../../files/make-folder.node.ts';
import type { TransformNetworkOptions } from '../../graph-builder/networks/transform-network.ts';
import { type RecipeName, recipes } from '../../graph-builder/objective/recipes.ts';
import { createSession } from '../../infer/session.node.ts';
import { buildGraphs } from '../../train/artifacts/build-graphs.node.ts';
import { buildOrtTraining } from '../../train/artifacts/build-ort-training.node.ts';
import { defaultStyleSize } from '../../train/default-configuration.ts';
import type { Manifest } from '../../train/run/write-artifacts.node.ts';
import { UsageError } from '../shared/exit.ts';
import { report } from '../shared/options.ts';
import { openPainting, type PaintingFlags } from '../shared/painting.ts';

/** The flags of `impasto build-graphs`. */
export interface BuildGraphsArguments
  extends Pick<TransformNetworkOptions, 'channels' | 'upsampling' | 'output'>,
    PaintingFlags {
  readonly out: string;
  readonly layout: 'impasto' | 'ort-training';
  readonly style: string | undefined;
  readonly styleSize: number | undefined;
  readonly padding: 'reflect' | 'zero';
  readonly size: number;
  readonly batch: number;
  readonly recipe: RecipeName;
  readonly pyramidLevels: number | undefined;
  readonly lossNetwork: string | undefined;
  readonly seed: number;
}

/**
 * Writes the files of a layout and says which they are.
 * @throws UsageError if a painting is given to a layout that holds none; an error if the folder cannot be written to, or
 * what the graphs are made from is not to be had
 */
export async function runBuildGraphs(flags: BuildGraphsArguments, json: boolean): Promise<void> {
  await requireWritableFolder(flags.out);
  const manifest = await build(flags);
  const files = manifest.files.map(({ file }) => file).join(', ');
  report(manifest, `${files} and manifest.json are in ${flags.out}`, json);
}

async function build(flags: BuildGraphsArguments): Promise<Manifest> {
  const { out, layout, style, styleSize = defaultStyleSize, channels, upsampling, padding, output } = flags;
  const { size, batch, recipe, seed } = flags;
  const { lossNetwork = recipes[recipe].lossNetwork, pyramidLevels = recipes[recipe].pyramidLevels } = flags;
  const network = { channels, upsampling, padding, output };
  const options = { out, network, size, batch, recipe, pyramidLevels, lossNetwork, seed };
  if (layout === 'ort-training') {
    return buildOrtTraining({
      ...options,
      style:
        style === undefined
          ? undefined
          : { file: style, size: styleSize, crop: (await openPainting(style, flags)).region },
      createSession: async (model) => (await createSession(model, { device: 'cpu' })).session,
    });
  }
  if (style !== undefined) {
    throw new UsageError(
      `Expected --layout ort-training with --style but received --layout ${layout}, whose graphs take the style as inputs`,
    );
  }
  return buildGraphs(options);
}
