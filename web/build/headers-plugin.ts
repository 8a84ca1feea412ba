import type { Plugin } from 'vite';
import { contentSecurityPolicy, headersFile } from './security.ts';

/** Puts the security policy into the built page, and beside it the file that tells hosts which headers to send. */
export function headersPlugin(): Plugin {
  return {
    name: 'impasto-headers',
    apply: 'build',
    transformIndexHtml: () => [
      {
        tag: 'meta',
        attrs: { 'http-equiv': 'Content-Security-Policy', content: contentSecurityPolicy },
        injectTo: 'head-prepend',
      },
    ],
    generateBundle() {
      this.emitFile({ type: 'asset', fileName: '_headers', source: headersFile() });
    },
  };
}
