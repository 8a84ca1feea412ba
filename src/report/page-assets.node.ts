import { createHash } from 'node:crypto';
import { extname } from 'node:path';
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

/** Of this file and all others: TypeScript in the repository, JavaScript in the package. */
const extension = extname(fileURLToPath(import.meta.url));
const licences = '/* Contains uPlot, copyright (c) Leon Sorokin, MIT licence. */';
let assets: Promise<PageAssets> | undefined;

/** The report page's script and style sheet, each with all that it imports; they are put together once. */
export function pageAssets(): Promise<PageAssets> {
  assets ??= bundle();
  return assets;
}

async function bundle(): Promise<PageAssets> {
  const [script, style] = await Promise.all([
    bundleFile(new URL(`page/main${extension}`, import.meta.url)),
    styleAsset(new URL('page/style.css', import.meta.url)),
  ]);
  return { script: asset(`${licences}${script}`), style };
}

/** A style sheet, with all that it imports, to stand in a page. */
export async function styleAsset(file: URL): Promise<PageAsset> {
  return asset(await bundleFile(file));
}

async function bundleFile(file: URL): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(file)],
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
