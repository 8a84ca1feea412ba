import { truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { intTensor } from '../../src/graph-builder/ir/tensor.ts';
import { constant, type Graph } from '../../src/graph-builder/ir/value.ts';
import { writeOnnx } from '../../src/graph-builder/onnx/onnx-file.ts';
import { sub } from '../../src/graph-builder/operators/index.ts';
import { loop } from '../../src/graph-builder/operators/loop.ts';
import { chromiumPath } from '../helpers/chromium.ts';
import { announcing, heic, smoothPicture, toSharp } from '../helpers/pictures.ts';
import { identityGraph, pixelGraph } from '../helpers/style-models.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { chooseFile, openApp, savePainting, servedSite, waitUntilPainted } from './site.ts';

const script = '<svg xmlns="http://www.w3.org/2000/svg"><script>document.title = "taken over"</script></svg>';

/** A style network that never comes to an end. */
const endlessGraph = (): Graph =>
  pixelGraph((image) => {
    const count = constant(intTensor([Number.MAX_SAFE_INTEGER]));
    const { carried } = loop('endless', count, [{ name: 'pixels', value: image }], (_, [pixels = image]) => ({
      carried: [sub(255, pixels)],
      collected: [],
    }));
    return carried[0] ?? image;
  });

describe.skipIf(chromiumPath === undefined)('files that mean no good, in Chromium', () => {
  const site = servedSite();

  it('are refused in a sentence, and the page goes on', async () => {
    const page = await openApp(site());
    const picture = await toSharp(smoothPicture()).jpeg().toBuffer();
    const pictures: readonly (readonly [name: string, content: Buffer, sentence: RegExp])[] = [
      ['text.jpg', Buffer.from('not a picture at all'), /this file is none of these/],
      ['photograph.jpg', heic, /it is a HEIC photograph.*Convert it to JPEG/],
      ['script.svg', Buffer.from(script), /this file is none of these/],
      ['bomb.jpg', await announcing(60_000, 60_000), /at most \d+ megapixels.* 60000 × 60000 pixels/],
      ['broken.png', (await toSharp(smoothPicture()).png().toBuffer()).subarray(0, 60), /damaged or cut short/],
      ['empty.jpg', Buffer.alloc(0), /empty\.jpg is empty/],
    ];
    const message = page.locator('#message-text');
    for (const [name, content, sentence] of pictures) {
      await chooseFile(page, name, content);
      await page.waitForFunction(
        (source) => new RegExp(source).test(document.querySelector('#message-text')?.textContent ?? ''),
        sentence.source,
      );
      await page.locator('#message-close').click();
    }
    const model = await toSharp(smoothPicture()).png().toBuffer();
    const models: readonly (readonly [name: string, content: Buffer, sentence: RegExp])[] = [
      ['picture.onnx', model, /Expected an ONNX model but this file is not one/],
      ['grey.onnx', Buffer.from(writeOnnx(identityGraph([1, 1, 8, 8]))), /Expected a style network.*\[1, 1, 8, 8\]/],
    ];
    for (const [name, content, sentence] of models) {
      await chooseFile(page, name, content, '#model-file');
      await page.waitForFunction(
        (source) => new RegExp(source).test(document.querySelector('#message-text')?.textContent ?? ''),
        sentence.source,
      );
      await page.locator('#message-close').click();
    }
    const huge = join(await temporaryFolder(), 'huge.onnx');
    await writeFile(huge, '');
    await truncate(huge, 65_000_000);
    await page.locator('#model-file').setInputFiles(huge);
    await message.getByText('Expected a style of at most 64 MB but huge.onnx has 65 MB.').waitFor();
    expect(await page.getByRole('radio').count()).toBe(2);

    await chooseFile(page, '<img src=x onerror=alert(1)>.jpg', picture);
    await waitUntilPainted(page);
    const { name, bytes } = await savePainting(page, 'jpeg');
    expect(name).toBe('img-src-x-onerror-alert-1-First-style.jpg');
    expect(await sharp(bytes).metadata()).toMatchObject({ width: 96, height: 64 });
    expect(await page.title()).toContain('impasto');
  });

  it('a style that never ends is stopped, and the photograph is painted in another', async () => {
    const page = await openApp(site());
    await chooseFile(page, 'smooth.png', await toSharp(smoothPicture()).png().toBuffer());
    await waitUntilPainted(page);
    await chooseFile(page, 'endless.onnx', Buffer.from(writeOnnx(endlessGraph())), '#model-file');
    await page.locator('#work-label').getByText('Painting in endless').waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('radio', { name: 'Second style' }).click({ force: true });
    await page.waitForFunction(() => document.querySelector('#status')?.textContent === 'Painted in Second style');
    const { name } = await savePainting(page, 'jpeg');
    expect(name).toBe('smooth-Second-style.jpg');
  });
});
