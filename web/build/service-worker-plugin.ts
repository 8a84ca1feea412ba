import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import type { Plugin } from 'vite';

/** The name of the service worker's entry, and of its file at the root of the site. */
export const serviceWorkerEntry = 'service-worker';

/** What stands in the service worker's source for the list of files. */
const placeholder = '__BUILT_FILES__';

const pageFile = 'index.html';
/** Only the host reads it. */
const hostFile = '_headers';

/** Models, the WebAssembly, and what a style is trained with: fetched when they are first needed, not in advance. */
const fetchedLater = /\.(onnx|wasm)$|\/ort[.-]|\/training\/|\/trainer-/;

/** Tells the service worker which files this build consists of. */
export function serviceWorkerPlugin(): Plugin {
  let publicFolder = '';
  return {
    name: 'impasto-service-worker',
    enforce: 'post',
    apply: 'build',
    configResolved: ({ publicDir }) => {
      publicFolder = publicDir;
    },
    generateBundle: {
      order: 'post',
      async handler(_, bundle) {
        const worker = bundle[`${serviceWorkerEntry}.js`];
        if (worker?.type !== 'chunk') throw new Error('Expected the build to have a service worker');
        const others = [worker.fileName, hostFile];
        const files = [
          ...Object.keys(bundle).filter((file) => !others.includes(file)),
          ...(await readdir(publicFolder)),
        ];
        const page = bundle[pageFile];
        const hash = createHash('sha256').update(files.toSorted().join());
        hash.update(page?.type === 'asset' ? page.source : '');
        const built = {
          version: hash.digest('hex').slice(0, 16),
          files,
          shell: files.filter((file) => !fetchedLater.test(file) && file !== pageFile),
        };
        if (!worker.code.includes(placeholder)) throw new Error(`Expected ${placeholder} in the service worker`);
        worker.code = worker.code.replace(placeholder, JSON.stringify(built));
      },
    },
  };
}
