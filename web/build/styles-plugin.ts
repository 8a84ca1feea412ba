import { readFile } from 'node:fs/promises';
import type { Plugin } from 'vite';
import { findStyles, type StyleFile } from '../../src/infer/shipped-styles.node.ts';
import { readStyle } from '../../src/style-file/read-style.ts';
import { displayName } from '../src/app/display-name.ts';

const moduleName = 'virtual:styles';
const resolvedName = `\0${moduleName}`;
const thumbnailPrefix = 'data:image/jpeg;base64,';

/**
 * The module `virtual:styles`: name, author, licence, thumbnail and address of every style in a folder, so that the page
 * reads no model to show them. In a build models and thumbnails become files with hashed names.
 */
export function stylesPlugin(folder: string): Plugin {
  let isBuild = false;
  return {
    name: 'impasto-styles',
    configResolved: ({ command }) => {
      isBuild = command === 'build';
    },
    resolveId: (id) => (id === moduleName ? resolvedName : undefined),
    async load(id) {
      if (id !== resolvedName) return undefined;
      const emit = (name: string, source: Uint8Array): string => {
        const reference = this.emitFile({ type: 'asset', name, source });
        return `import.meta.ROLLUP_FILE_URL_${reference}`;
      };
      const styles = await findStyles(folder);
      const entries = await Promise.all(styles.map((style) => entry(style, isBuild ? emit : undefined)));
      return `export const styles = [${entries.join(',\n')}];`;
    },
  };
}

type Emit = (name: string, source: Uint8Array) => string;

/** The source text of one entry. */
async function entry({ name, path }: StyleFile, emit: Emit | undefined): Promise<string> {
  const model = await readFile(path);
  const { recipe, thumbnail } = readStyle(model, path);
  const about = JSON.stringify({
    id: name,
    name: displayName(recipe.styleName),
    author: recipe.author,
    licence: recipe.licence,
  });
  const picture = thumbnail?.startsWith(thumbnailPrefix) ? thumbnail : undefined;
  const addresses = emit
    ? {
        thumbnail: picture && emit(`${name}.jpg`, Buffer.from(picture.slice(thumbnailPrefix.length), 'base64')),
        model: emit(`${name}.onnx`, model),
      }
    : { thumbnail: picture && JSON.stringify(picture), model: JSON.stringify(`/@fs${path}`) };
  return `{...${about}, thumbnail: ${addresses.thumbnail ?? 'null'}, model: ${addresses.model}}`;
}
