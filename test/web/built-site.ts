import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { build } from 'vite';
import { siteConfig } from '../../web/build/site.ts';
import { smoothPicture, toSharp } from '../helpers/pictures.ts';
import { writeStyles } from '../helpers/style-files.ts';
import { untrainedGraph } from '../helpers/style-models.ts';

/** The app as built, and the folder of the styles that it was built with. */
export interface BuiltSite {
  readonly outDir: string;
  /** `first-style` and `second-style`. */
  readonly styles: string;
}

/** Builds the app with two small styles, once for all test files of a run: the first builds, the others wait. */
export async function builtSite(): Promise<BuiltSite> {
  // The folder that the run has for itself (test/helpers/cache-folder.ts).
  const root = join(process.env.IMPASTO_CACHE ?? '', 'site');
  const site = { outDir: join(root, 'built'), styles: join(root, 'styles') };
  const outcome = join(root, 'outcome');
  try {
    await mkdir(root);
  } catch {
    await succeeded(outcome);
    return site;
  }
  try {
    await makeStyles(site.styles);
    await build({ ...siteConfig({ stylesFolder: site.styles, outDir: site.outDir }), logLevel: 'error' });
    await writeFile(outcome, '');
  } catch (error) {
    await writeFile(outcome, String(error));
    throw error;
  }
  return site;
}

async function succeeded(outcome: string): Promise<void> {
  for (;;) {
    const failure = await readFile(outcome, 'utf8').catch(() => undefined);
    if (failure === '') return;
    if (failure !== undefined) throw new Error(`The app could not be built: ${failure}`);
    await setTimeout(100);
  }
}

async function makeStyles(folder: string): Promise<void> {
  const bytes = await toSharp(smoothPicture(64, 64)).jpeg().toBuffer();
  const thumbnail = `data:image/jpeg;base64,${bytes.toString('base64')}`;
  await writeStyles(folder, {
    'first-style': { graph: untrainedGraph(1), styleName: 'first_style', author: 'A. Painter', thumbnail },
    'second-style': { graph: untrainedGraph(2), styleName: 'Second style' },
  });
}
