import { fileURLToPath } from 'node:url';
import type { InlineConfig } from 'vite';
import { shippedStylesFolder } from '../../src/infer/shipped-styles.node.ts';
import { headersPlugin } from './headers-plugin.ts';
import { hostHeaders, isolationHeaders } from './security.ts';
import { serviceWorkerEntry, serviceWorkerPlugin } from './service-worker-plugin.ts';
import { stylesPlugin } from './styles-plugin.ts';
import { trainingPlugin } from './training-plugin.ts';

const web = fileURLToPath(new URL('..', import.meta.url));
const repository = fileURLToPath(new URL('../..', import.meta.url));

/** What only workers import. */
const foundLater = [
  'onnx-proto',
  'onnxruntime-common',
  'pure-rand/distribution/uniformFloat64',
  'pure-rand/distribution/uniformInt',
  'pure-rand/generator/xoroshiro128plus',
  'zod',
];

/** What a site is made of and where it goes. */
export interface SiteOptions {
  readonly stylesFolder?: string;
  readonly outDir?: string;
}

/** How Vite serves and builds the app. All addresses in a build are relative: it may lie in any folder of a host. */
export function siteConfig({ stylesFolder = shippedStylesFolder, outDir = 'dist' }: SiteOptions = {}): InlineConfig {
  return {
    root: web,
    base: './',
    configFile: false,
    plugins: [stylesPlugin(stylesFolder), trainingPlugin(), headersPlugin(), serviceWorkerPlugin()],
    resolve: {
      // onnxruntime-web without its WebAssembly's script inside: that is a file of its own.
      conditions: ['onnxruntime-web-use-extern-wasm', 'module', 'browser', 'development|production'],
    },
    // A found package would reload the page under the user's hands.
    optimizeDeps: { include: foundLater, exclude: ['onnxruntime-web'] },
    worker: { format: 'es', plugins: () => [trainingPlugin()] },
    server: { headers: isolationHeaders, fs: { allow: [repository] } },
    preview: { headers: hostHeaders },
    build: {
      outDir,
      emptyOutDir: true,
      target: 'es2022',
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      chunkSizeWarningLimit: 700,
      rolldownOptions: {
        input: { index: `${web}/index.html`, [serviceWorkerEntry]: `${web}/src/offline/service-worker.ts` },
        output: {
          entryFileNames: ({ name }) => (name === serviceWorkerEntry ? '[name].js' : 'assets/[name]-[hash].js'),
        },
      },
    },
  };
}
