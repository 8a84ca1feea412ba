import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { readInitializers } from '../../src/graph-builder/onnx/onnx-file.ts';
import { createStylizer } from '../../src/infer/index.node.ts';
import { stylizeFile } from '../../src/infer/stylize-file.node.ts';
import { readStyle } from '../../src/style-file/read-style.ts';
import { chromiumPath } from '../helpers/chromium.ts';
import { announcing, framedPicture, plainPicture, smoothPicture, toSharp } from '../helpers/pictures.ts';
import { swiftShaderDriver } from '../helpers/swiftshader.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { tooWide, violations } from './inspection.ts';
import { chooseFile, meanDifference, openApp, runOn, servedSite, softwareWebGpu, waitUntilPainted } from './site.ts';

const artifacts = join(import.meta.dirname, '../../artifacts');
const painting = join(artifacts, 'style-images/mosaic.jpg');

async function openWorkshop(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Make your own' }).click();
  // Its code comes only now.
  await page.locator('#training').waitFor();
}

/** Starts a training small enough for a test, in the page's own form. */
async function startTraining(
  page: Page,
  settings: Readonly<Record<string, number>> = {},
  choosePainting = () => page.locator('#painting-file').setInputFiles(painting),
): Promise<void> {
  await openWorkshop(page);
  await choosePainting();
  await page.getByLabel('Name of the style').fill('Small tiles');
  await page.getByText('More settings').click();
  const all = { Steps: 20, 'Photos a step': 2, 'Picture size': 64, 'Painting size': 96, ...settings };
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

// A training takes long where others have the cores.
const timeout = 900_000;

describe.skipIf(chromiumPath === undefined)('a style is trained in the page, in Chromium', { timeout }, () => {
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
    await startTraining(page);
    await finished(page);
    const again = await download(page);
    expect(differing(again.bytes, bytes)).toEqual([]);
  });

  it('a training whose page vanishes goes on from what was stored, and is gone when it is discarded', async () => {
    const page = await openApp(site());
    await startTraining(page, { Steps: 2000 });
    await page.getByText('after step').waitFor();
    await page.reload();
    await page.getByRole('button', { name: 'Training paused' }).click();
    expect(await page.locator('#run-step').textContent()).toMatch(/^Step [1-9]\d* of 2000$/);
    await page.getByRole('button', { name: 'Discard' }).click();
    await page.locator('#run-discard-yes').click();
    await page.getByRole('heading', { name: 'Make your own style' }).waitFor();
    await page.reload();
    await openWorkshop(page);
    await page.getByRole('heading', { name: 'Make your own style' }).waitFor();
  });

  it('a style that was stopped and kept paints, is there after a reload, and can be removed', async () => {
    const page = await openApp(site());
    await startTraining(page, { Steps: 2000 });
    await page.getByText('after step').waitFor();
    await page.getByRole('button', { name: 'Stop and keep' }).click();
    await finished(page);
    await page.getByRole('button', { name: 'Paint with it' }).click();
    await chooseFile(page, 'smooth.png', await toSharp(smoothPicture(64, 64)).png().toBuffer());
    await waitUntilPainted(page);
    expect(await page.locator('#status').textContent()).toBe('Painted in Small tiles');
    await page.reload();
    await page.getByRole('radio', { name: 'Small tiles' }).waitFor({ state: 'attached' });
    await openWorkshop(page);
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download Small tiles' }).click(),
    ]);
    expect(await page.locator('#own-list .name').textContent()).toMatch(
      /^Small tiles: made on this device, \d+ steps$/,
    );
    await page.getByRole('button', { name: 'Close' }).click();
    // Its own file is no other style.
    await chooseFile(page, 'copy.onnx', await readFile(await file.path()), '#model-file');
    await page.getByRole('radio', { name: 'Small tiles', checked: true }).waitFor({ state: 'attached' });
    expect(await page.getByRole('radio').count()).toBe(3);
    await openWorkshop(page);
    await page.getByRole('button', { name: 'Remove Small tiles' }).click();
    await page.getByRole('button', { name: 'Remove Small tiles for good?' }).click();
    await page.getByRole('radio', { name: 'Small tiles' }).waitFor({ state: 'detached' });
  });

  it('in two tabs at a time it is refused in a sentence, and the first goes on', async () => {
    const page = await openApp(site());
    await startTraining(page, { Steps: 2000 });
    await page.getByText('after step').waitFor();
    const other = await page.context().newPage();
    await other.goto(site().url);
    await other.getByRole('button', { name: 'Training paused' }).click();
    await other.getByRole('button', { name: 'Continue' }).click();
    await other.getByRole('alert').getByText('being trained in another tab').waitFor();
    await other.getByRole('button', { name: 'Discard' }).click();
    await other.locator('#run-discard-yes').click();
    await other.getByRole('alert').getByText('being trained in another tab').waitFor();
    await other.reload();
    await other.getByRole('button', { name: 'Training paused' }).waitFor();
    const before = await page.locator('#run-step').textContent();
    await page.waitForFunction((before) => document.querySelector('#run-step')?.textContent !== before, before);
  });

  it.each(['light', 'dark'] as const)('axe finds nothing wrong, and it fits every window, %s', async (colorScheme) => {
    const page = await openApp(site(), { colorScheme });
    await openWorkshop(page);
    await page.getByText('More settings').click();
    expect(await violations(page)).toEqual([]);
    expect(await tooWide(page)).toEqual([]);
    await page.getByText('More settings').click();
    await page.getByRole('button', { name: 'Close' }).click();
    await startTraining(page, { Steps: 2000 });
    await page.getByText('after step').waitFor();
    expect(await violations(page)).toEqual([]);
    expect(await tooWide(page)).toEqual([]);
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByText('Paused. All is stored').waitFor();
    await page.getByRole('button', { name: 'Close' }).click();
    await chooseFile(page, 'smooth.png', await toSharp(smoothPicture(64, 64)).png().toBuffer());
    await waitUntilPainted(page);
    expect(await violations(page)).toEqual([]);
    expect(await tooWide(page)).toEqual([]);
    await page.getByRole('button', { name: 'Training paused' }).click();
    await page.getByRole('button', { name: 'Keep as it is' }).click();
    await finished(page);
    expect(await violations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Make another' }).click();
    expect(await violations(page)).toEqual([]);
  });

  it('what is no painting is refused in a sentence', async () => {
    const page = await openApp(site());
    await openWorkshop(page);
    const files: readonly (readonly [name: string, content: Buffer, sentence: RegExp])[] = [
      ['text.jpg', Buffer.from('not a picture at all'), /this file is none of these/],
      ['bomb.jpg', await announcing(60_000, 60_000), /at most \d+ megapixels.* 60000 × 60000 pixels/],
      ['strip.png', await toSharp(smoothPicture(500, 20)).png().toBuffer(), /at most 4 times as long as wide/],
      ['small.png', await toSharp(smoothPicture(60, 60)).png().toBuffer(), /at least 64 pixels a side/],
      [
        'flat.png',
        await toSharp(plainPicture(80, 80, [9, 90, 30]))
          .png()
          .toBuffer(),
        /more than one colour/,
      ],
      ['broken.png', (await toSharp(smoothPicture()).png().toBuffer()).subarray(0, 60), /damaged or cut short/],
      ['empty.jpg', Buffer.alloc(0), /empty\.jpg is empty/],
    ];
    for (const [name, content, sentence] of files) {
      await chooseFile(page, name, content, '#painting-file');
      await page.getByRole('alert').getByText(sentence).waitFor();
      expect(await page.locator('#painting-shown').isHidden()).toBe(true);
      expect(await page.getByLabel('Name of the style').inputValue()).toBe('');
    }
    await page.getByRole('button', { name: 'Start' }).click();
    await page.getByRole('alert').getByText('Choose a painting first.').waitFor();
  });

  it('a style is named after its painting at once, so that nothing gets into what is typed meanwhile', async () => {
    const page = await openApp(site());
    await openWorkshop(page);
    const named = await page.evaluate(() => {
      const transfer = new DataTransfer();
      transfer.items.add(new File(['no picture'], 'red-boat.png'));
      const input = document.querySelector<HTMLInputElement>('#painting-file');
      if (input) input.files = transfer.files;
      input?.dispatchEvent(new Event('change'));
      return document.querySelector<HTMLInputElement>('#style-name')?.value;
    });
    expect(named).toBe('Red boat');
    await page
      .getByRole('alert')
      .getByText(/this file is none of these/)
      .waitFor();
    expect(await page.getByLabel('Name of the style').inputValue()).toBe('');
  });

  it('a frame is cropped, and kept where that is asked for', async () => {
    const framed = await toSharp(framedPicture(smoothPicture(300, 220), 20))
      .png()
      .toBuffer();
    const crop = (page: Page) => page.getByLabel(/^Crop the frame: 2\d\d × 1\d\d of 300 × 220 pixels are left$/);
    const learnt = async (prepare: (page: Page) => Promise<unknown>) => {
      const page = await openApp(site());
      await startTraining(page, { Steps: 1, 'Photos a step': 1 }, async () => {
        await chooseFile(page, 'framed.png', framed, '#painting-file');
        await prepare(page);
      });
      await finished(page);
      const { name, bytes } = await download(page);
      return readStyle(bytes, name).recipe.styleCrop;
    };
    const looked = async (page: Page) => {
      await crop(page).waitFor();
      expect(await violations(page)).toEqual([]);
    };
    const { left = 0, top = 0, width = 0, height = 0 } = (await learnt(looked)) ?? {};
    for (const inset of [left, top, 300 - left - width, 220 - top - height]) {
      expect(inset).toBeGreaterThanOrEqual(20);
      expect(inset).toBeLessThanOrEqual(23);
    }
    expect(await learnt((page) => crop(page).uncheck())).toBeUndefined();
  });

  it('the missing painting is named before any setting, and a wrong setting is shown', async () => {
    const page = await openApp(site());
    await openWorkshop(page);
    const steps = page.getByLabel('Steps', { exact: true });
    await page.getByText('More settings').click();
    await steps.fill('');
    await page.getByText('More settings').click();
    await page.getByRole('button', { name: 'Start' }).click();
    await page.getByRole('alert').getByText('Choose a painting first.').waitFor();
    await page.locator('#painting-file').setInputFiles(painting);
    await page.getByRole('alert').waitFor({ state: 'hidden' });
    await page.getByRole('button', { name: 'Start' }).click();
    await steps.waitFor();
    expect(await steps.evaluate((input) => input === document.activeElement)).toBe(true);
    expect(await page.locator('#run').isHidden()).toBe(true);
  });
});

describe.skipIf(chromiumPath === undefined || swiftShaderDriver === undefined)(
  'with WebGPU in Chromium',
  { timeout },
  () => {
    const site = servedSite({ browserArguments: softwareWebGpu });

    it('a style is trained on the graphics card as on the processor', async () => {
      const losses = async (device: 'webgpu' | 'wasm', words: string) => {
        const page = await openApp(site());
        await runOn(page, device);
        await startTraining(page, { Steps: 3, 'Photos a step': 1, 'Painting size': 64 });
        await finished(page);
        expect(await page.locator('#run-device').textContent()).toContain(words);
        const { name, bytes } = await download(page);
        expect(readStyle(bytes, name).training.step).toBe(3);
        const [, first, last] =
          /^from ([\d.]+) to ([\d.]+)$/.exec((await page.locator('#run-loss').textContent()) ?? '') ?? [];
        return [Number(first), Number(last)];
      };
      const [first = 0, last = 0] = await losses('wasm', 'processor');
      const onCard = await losses('webgpu', 'graphics card');
      expect((onCard[0] ?? 0) / first).toBeCloseTo(1, 2);
      // After two steps, in which Adam makes whole steps of the rounding errors of gradients that are nothing.
      expect((onCard[1] ?? 0) / last).toBeCloseTo(1, 1);
    });

    it('goes on on the processor where the graphics card fails, and says so', async () => {
      // What WebGPU needs cannot be had, as with a driver that fails. The service worker would fetch past the route.
      const page = await openApp(site(), { serviceWorkers: 'block' }, (context) =>
        context.route(/asyncify.*\.mjs$/, (route) => route.fulfill({ contentType: 'text/javascript', body: '' })),
      );
      await runOn(page, 'webgpu');
      await startTraining(page, { Steps: 3, 'Photos a step': 1, 'Painting size': 64 });
      await finished(page);
      expect(await page.locator('#run-device').textContent()).toContain('The graphics card (WebGPU) failed');
    });
  },
);
