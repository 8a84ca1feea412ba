import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Plugin } from 'vite';
import { packageVersion } from '../../src/cli/shared/version.ts';
import { fingerprintList } from '../../src/dataset/list-fingerprint.node.ts';
import { samplePhotographsFolder } from '../../src/dataset/sample-photographs.node.ts';
import { recipes } from '../../src/graph-builder/objective/recipes.ts';
import { findPictures } from '../../src/image/find.node.ts';
import { loadObjective } from '../../src/loss-network/objective/load-objective.node.ts';
import { shippedLossNetwork } from '../../src/loss-network/weights/named-loss-networks.node.ts';
import { lossNetworkDigest } from '../../src/train/run/provenance.node.ts';

const moduleName = 'virtual:training';
const resolvedName = `\0${moduleName}`;

/** The folder of a build for what is only fetched when a style is trained. */
export const trainingFolder = 'assets/training';

/**
 * The module `virtual:training`: where the photographs and the loss network lie that a style is trained with, and what
 * model.onnx says of them. In a build they become files with hashed names.
 */
export function trainingPlugin(): Plugin {
  let isBuild = false;
  return {
    name: 'impasto-training',
    configResolved: ({ command }) => {
      isBuild = command === 'build';
    },
    resolveId: (id) => (id === moduleName ? resolvedName : undefined),
    async load(id) {
      if (id !== resolvedName) return undefined;
      /** The source text of a file's address. */
      const addressOf = async (path: string): Promise<string> => {
        if (!isBuild) return JSON.stringify(`/@fs${path}`);
        const source = await readFile(path);
        const fileName = `${trainingFolder}/${hashed(basename(path), source)}`;
        return `import.meta.ROLLUP_FILE_URL_${this.emitFile({ type: 'asset', fileName, source })}`;
      };
      const paths = await findPictures(samplePhotographsFolder);
      const photographs = await Promise.all(
        paths.map(async (path) => `{name: ${JSON.stringify(basename(path))}, address: ${await addressOf(path)}}`),
      );
      const facts = {
        photographs: fingerprintList(samplePhotographsFolder, paths),
        lossNetwork: lossNetworkDigest(await loadObjective('vgg19-lite', recipes.balanced)),
        version: packageVersion,
      };
      return [
        `export const photographs = [${photographs.join(',\n')}];`,
        `export const lossNetwork = ${await addressOf(shippedLossNetwork)};`,
        `export const facts = ${JSON.stringify(facts)};`,
      ].join('\n');
    },
  };
}

/** A file's name with a part of its content's hash in it. */
function hashed(name: string, content: Uint8Array): string {
  const hash = createHash('sha256').update(content).digest('base64url').slice(0, 8);
  const dot = name.lastIndexOf('.');
  return `${name.slice(0, dot)}-${hash}${name.slice(dot)}`;
}
