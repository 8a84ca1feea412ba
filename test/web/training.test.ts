import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { readInitializers } from '../../src/graph-builder/serialise/onnx-file.ts';
import { createStylizer } from '../../src/library/index.node.ts';
import { stylizeFile } from '../../src/library/stylize-file.node.ts';
import { readStyle } from '../../src/train/styles/read-style.ts';
import { chromiumPath } from '../helpers/chromium.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { meanDifference, openApp, servedSite } from './site.ts';

const artifacts = join(import.meta.dirname, '../../artifacts');
const painting = join(artifacts, 'style-images/mosaic.jpg');

const openWorkshop = (page: Page) => page.getByRole('button', { name: 'Make your own' }).click();

/** Starts a training small enough for a test, in the page's own form. */
async function startTraining(page: Page, settings: Readonly<Record<string, number>> = {}): Promise<void> {
  await openWorkshop(page);
  await page.locator('#painting-file').setInputFiles(painting);
  await page.getByLabel('Name of the style').fill('Small tiles');
  await page.getByText('More settings').click();
  const all = { Steps: 20, 'Photographs a step': 2, 'Picture size': 64, 'Painting size': 96, ...settings };
  for (const [label, value] of Object.entries(all)) await page.getByLabel(label, { exact: true }).fill(String(value));
  await page.getByRole('button', { name: 'Start' }).click();
}

/** Presses Pause as soon as so many steps are done: the training rests after the step that is under way then. */
async function pauseAfter(page: Page, step: number): Promise<void> {
  await page.waitForFunction((step) => {
    const [, done] = /^Step (\d+) /.exec(document.querySelector('#run-step')?.textContent ?? '') ?? [];
    if (Number(done) >= step) document.querySelector<HTMLElement>('#run-pause')?.click();
    return Number(done) >= step;
  }, step);
  await page.getByText('Paused. All is stored').waitFor();
}

const finished = (page: Page) => page.getByRole('heading', { name: 'Small tiles is ready' }).waitFor();

async function download(page: Page): Promise<{ readonly name: string; readonly bytes: Buffer }> {
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download .onnx' }).click(),
  ]);
  return { name: file.suggestedFilename(), bytes: await readFile(await file.path()) };
}

/** The names of the parameters in which two models differ. */
function differing(a: Uint8Array, b: Uint8Array): readonly string[] {
  const others = readInitializers(b);
  return [...readInitializers(a)]
    .filter(([name, { data }]) => data.join() !== others.get(name)?.data.join())
    .map(([name]) => name);
}

describe.skipIf(chromiumPath === undefined)('a style is trained in the page, in Chromium', () => {
  const site = servedSite();

  it('ten steps, a reload, ten more: the file runs in Node, and is that of twenty steps without a pause', async () => {
    const page = await openApp(site());
    await startTraining(page);
    await pauseAfter(page, 10);
    const rested = await page.locator('#run-step').textContent();
    expect(rested).toMatch(/^Step 1\d of 20$/);
    await page.reload();
    await page.getByRole('button', { name: 'Training paused' }).click();
    expect(await page.locator('#run-step').textContent()).toBe(rested);
    await page.getByRole('button', { name: 'Continue' }).click();
    await finished(page);
    const { name, bytes } = await download(page);
    expect(name).toBe('Small-tiles.onnx');
    expect(readStyle(bytes, name)).toMatchObject({
      recipe: { styleName: 'Small tiles', steps: 20, network: { channels: 16 }, lossNetwork: 'vgg19-lite' },
      training: { step: 20, photographs: { count: 64 } },
    });
    const model = join(await temporaryFolder(), name);
    await writeFile(model, bytes);
    const stylizer = await createStylizer(model, { device: 'cpu' });
    const photograph = join(artifacts, 'photographs/cat-portrait.jpg');
    const painted = join(await temporaryFolder(), 'painted.png');
    await stylizeFile(stylizer, photograph, painted);
    await stylizer.release();
    expect(await meanDifference(painted, photograph)).toBeGreaterThan(5);

    // All that it needs was kept at the first time: the second needs no network.
    await page.context().setOffline(true);
    await page.getByRole('button', { name: 'Make another' }).click();
    await page.getByRole('button', { name: 'Close' }).click();
    await startTraining(page, {});
    await finished(page);
    const again = await download(page);
    expect(differing(again.bytes, bytes)).toEqual([]);
  });
});
