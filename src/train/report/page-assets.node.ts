import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { Html } from './html.ts';

/** A script or a style sheet to stand in a page, and the hash by which the page's security policy knows it. */
export interface PageAsset {
  readonly html: Html;
  /** SHA-256 in Base64. */
  readonly sha256: string;
}

export interface PageAssets {
  readonly script: PageAsset;
  readonly style: PageAsset;
}

const licences = '/* Contains uPlot, copyright (c) Leon Sorokin, MIT licence. */';
let assets: Promise<PageAssets> | undefined;

/** The report page's script and style sheet, each with all that it imports; they are put together once. */
export function pageAssets(): Promise<PageAssets> {
  assets ??= bundle();
  return assets;
}

async function bundle(): Promise<PageAssets> {
  const [script, style] = await Promise.all([bundleFile('page/main.ts'), bundleFile('page/style.css')]);
  return { script: asset(`${licences}${script}`), style: asset(style) };
}

async function bundleFile(name: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(name, import.meta.url))],
    bundle: true,
    write: false,
    minify: true,
    format: 'iife',
    target: 'es2022',
    charset: 'utf8',
    logLevel: 'silent',
  });
  return (outputFiles[0]?.text ?? '').trim();
}

function asset(text: string): PageAsset {
  return { html: new Html(text), sha256: createHash('sha256').update(text).digest('base64') };
}
