import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { writeOnnx } from '../../src/graph-builder/onnx/onnx-file.ts';
import { createStylizer } from '../../src/infer/index.node.ts';
import { type StylizeFileOptions, stylizeFile } from '../../src/infer/stylize-file.node.ts';
import { chromiumPath } from '../helpers/chromium.ts';
import { plainPicture, smoothPicture, toSharp } from '../helpers/pictures.ts';
import { negativeGraph } from '../helpers/style-models.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { chooseFile, meanDifference, openApp, savePainting, servedSite, waitUntilPainted } from './site.ts';

const artifacts = join(import.meta.dirname, '../../artifacts');
const photograph = join(artifacts, 'photographs/cat-portrait.jpg');

/** What `impasto stylize` makes of a picture file. */
async function stylizedInNode(model: string, input: string, options: StylizeFileOptions = {}): Promise<string> {
  const stylizer = await createStylizer(model, { device: 'cpu' });
  const output = join(await temporaryFolder(), 'painted.png');
  await stylizeFile(stylizer, input, output, options);
  await stylizer.release();
  return output;
}

/** Lets a file come to the page as the user's hand does: dropped, or pasted. */
async function bring(page: Page, how: 'drop' | 'paste', name: string, bytes: Buffer): Promise<void> {
  await page.evaluate(
    ([how, name, base64]) => {
      const data = new DataTransfer();
      const content = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
      data.items.add(new File([content], name));
      const options = { bubbles: true, cancelable: true };
      document.body.dispatchEvent(
        how === 'drop'
          ? new DragEvent('drop', { ...options, dataTransfer: data })
          : new ClipboardEvent('paste', { ...options, clipboardData: data }),
      );
    },
    [how, name, bytes.toString('base64')] as const,
  );
}

/** Chooses the strokes' size, and waits until the photograph is painted with them. */
async function chooseStrokes(page: Page, strokes: 'Fine' | 'Broad'): Promise<void> {
  await page.getByLabel('Strokes').selectOption(strokes);
  await waitUntilPainted(page);
}

describe.skipIf(chromiumPath === undefined)('pictures in Chromium', () => {
  const site = servedSite();

  it('a photograph that is dropped is painted as impasto stylize paints it, and saved', async () => {
    const page = await openApp(site());
    await bring(page, 'drop', 'cat portrait.jpg', await readFile(photograph));
    await waitUntilPainted(page);
    expect(await page.locator('#status').textContent()).toBe('Painted in First style');
    const { name, bytes } = await savePainting(page, 'png');
    expect(name).toBe('cat-portrait-First-style.png');
    const model = join(site().styles, 'first-style.onnx');
    expect(await meanDifference(bytes, await stylizedInNode(model, photograph))).toBeLessThan(1);
    // The photograph itself would not do.
    expect(await meanDifference(bytes, photograph)).toBeGreaterThan(5);
  });

  it('strength and colours act at once, on what is shown and on what is saved', async () => {
    const page = await openApp(site());
    await chooseFile(page, 'smooth.png', await toSharp(smoothPicture()).png().toBuffer());
    await waitUntilPainted(page);
    const shown = () =>
      page.locator('#painting').evaluate((canvas) => canvas instanceof HTMLCanvasElement && canvas.toDataURL());
    const before = await shown();
    await page.getByLabel('Strength').fill('40');
    await page.getByLabel('Keep the photograph’s colours').check();
    await page.waitForFunction((before) => {
      const canvas = document.querySelector('canvas#painting');
      return canvas instanceof HTMLCanvasElement && canvas.toDataURL() !== before;
    }, before);
    expect(await page.locator('#painting').evaluate((canvas) => getComputedStyle(canvas).opacity)).toBe('0.4');
    const { bytes } = await savePainting(page, 'png');
    const input = join(await temporaryFolder(), 'smooth.png');
    await toSharp(smoothPicture()).toFile(input);
    const model = join(site().styles, 'first-style.onnx');
    const expected = await stylizedInNode(model, input, { strength: 0.4, keepColors: true });
    expect(await meanDifference(bytes, expected)).toBeLessThan(1);
  });

  it('a large picture, painted in tiles, is that of Node', async () => {
    const page = await openApp(site());
    const input = join(await temporaryFolder(), 'large.png');
    // Its own pixels are those of fine strokes: nothing is resized, which no two libraries do alike.
    await toSharp(smoothPicture(2560, 860)).png().toFile(input);
    await page.locator('#picture-file').setInputFiles(input);
    await waitUntilPainted(page);
    await chooseStrokes(page, 'Fine');
    const { bytes } = await savePainting(page, 'png');
    const expected = await stylizedInNode(join(site().styles, 'first-style.onnx'), input);
    expect(await meanDifference(bytes, expected)).toBeLessThan(1);
  });

  it('the strokes of a large photograph are those of a screen, and broader where that is chosen, also in the file', async () => {
    const page = await openApp(site());
    const input = join(await temporaryFolder(), 'large.png');
    await sharp(photograph).resize({ width: 1900 }).png().toFile(input);
    await page.locator('#picture-file').setInputFiles(input);
    await waitUntilPainted(page);
    const { bytes: medium } = await savePainting(page, 'png');
    await chooseStrokes(page, 'Broad');
    const { bytes: broad } = await savePainting(page, 'png');
    const inNode = (strokeSize?: number) =>
      stylizedInNode(join(site().styles, 'first-style.onnx'), input, { strokeSize });
    const [own, of1280, of768] = [await inNode(), await inNode(1280), await inNode(768)];
    expect(await meanDifference(medium, of1280)).toBeLessThan((await meanDifference(own, of1280)) / 2);
    expect(await meanDifference(broad, of768)).toBeLessThan((await meanDifference(of1280, of768)) / 2);
  });

  it('strokes stay as they were chosen with the next photograph, and go back where a painting is stopped', async () => {
    const page = await openApp(site());
    await chooseFile(page, 'smooth.png', await toSharp(smoothPicture()).png().toBuffer());
    await waitUntilPainted(page);
    await chooseStrokes(page, 'Broad');
    await chooseFile(page, 'large.jpg', await toSharp(smoothPicture(4000, 3000)).jpeg().toBuffer());
    await waitUntilPainted(page);
    expect(await page.getByLabel('Strokes').inputValue()).toBe('broad');
    await page.getByLabel('Strokes').selectOption('Fine');
    await page.waitForFunction(() => (document.querySelector('progress')?.value ?? 0) > 0.05);
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.waitForFunction(() => document.querySelector<HTMLSelectElement>('#strokes')?.value === 'broad');
    await waitUntilPainted(page);
  });

  it('12 megapixels: progress is told, a painting can be stopped, and the result is of full size', async () => {
    const page = await openApp(site());
    await chooseFile(page, 'smooth.png', await toSharp(smoothPicture()).png().toBuffer());
    await waitUntilPainted(page);
    await chooseStrokes(page, 'Fine');
    const file = await toSharp(smoothPicture(4000, 3000)).jpeg().toBuffer();
    await bring(page, 'paste', 'large.jpg', file);
    await page.waitForFunction(() => (document.querySelector('progress')?.value ?? 0) > 0.05);
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.locator('#work').waitFor({ state: 'hidden' });
    expect(await page.locator('#painting').isVisible()).toBe(false);
    expect(await page.getByRole('button', { name: 'Paint', exact: true }).isEnabled()).toBe(true);
    await page.getByRole('radio', { name: 'Second style' }).check({ force: true });
    await waitUntilPainted(page);
    const { name, bytes } = await savePainting(page, 'jpeg');
    expect(name).toBe('large-Second-style.jpg');
    expect(await sharp(bytes).metadata()).toMatchObject({ format: 'jpeg', width: 4000, height: 3000 });
  });

  it('a picture that is too large for the device is reduced, in a sentence', async () => {
    const page = await openApp(site(), {}, (context) =>
      context.addInitScript(() => Object.defineProperty(navigator, 'deviceMemory', { value: 1 })),
    );
    const file = await toSharp(plainPicture(4500, 3000, [90, 120, 150]))
      .png()
      .toBuffer();
    await chooseFile(page, 'huge.png', file);
    const sentence = page.locator('#message-text').getByText('reduced from 4500 × 3000 to 4330 × 2886 pixels');
    await sentence.waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    expect(await sentence.isVisible()).toBe(true);
  });

  it('transparency is kept in PNG', async () => {
    const page = await openApp(site());
    const opaque = toSharp(smoothPicture(64, 64));
    const mask = Buffer.alloc(64 * 64, 255).fill(0, 0, 64 * 32);
    const file = await opaque
      .joinChannel(mask, { raw: { width: 64, height: 64, channels: 1 } })
      .png()
      .toBuffer();
    await chooseFile(page, 'half.png', file);
    await waitUntilPainted(page);
    const { bytes } = await savePainting(page, 'png');
    const { data } = await sharp(bytes).extractChannel(3).raw().toBuffer({ resolveWithObject: true });
    expect([data[0], data[64 * 64 - 1]]).toEqual([0, 255]);
  });

  it('a style of one’s own paints, and is chosen among the others', async () => {
    const page = await openApp(site());
    const picture = await toSharp(smoothPicture()).png().toBuffer();
    await chooseFile(page, 'smooth.png', picture);
    await waitUntilPainted(page);
    const model = join(await temporaryFolder(), 'negative.onnx');
    await writeFile(model, writeOnnx(negativeGraph()));
    await page.locator('#model-file').setInputFiles(model);
    await page.waitForFunction(() => document.querySelector('#status')?.textContent === 'Painted in negative');
    await waitUntilPainted(page);
    expect(await page.getByRole('radio', { name: 'negative' }).isChecked()).toBe(true);
    const { bytes } = await savePainting(page, 'png');
    expect(await meanDifference(bytes, await sharp(picture).negate().png().toBuffer())).toBe(0);
  });

  it('a style file of impasto brings its name and its thumbnail', async () => {
    const page = await openApp(site());
    const buffer = await readFile(join(artifacts, 'styles/composition-vii.onnx'));
    const file = { name: 'model.onnx', mimeType: 'application/octet-stream', buffer };
    await page.locator('#model-file').setInputFiles(file);
    const style = page.locator('label.style', { hasText: 'Composition VII' });
    expect(await style.locator('img').getAttribute('src')).toMatch(/^data:image\/jpeg;base64,/);
    expect(await page.getByRole('radio', { name: 'Composition VII' }).isChecked()).toBe(true);
  });
});
