import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { writeOnnx } from '../../src/graph-builder/onnx/onnx-file.ts';
import { chromiumPath } from '../helpers/chromium.ts';
import { smoothPicture, toSharp } from '../helpers/pictures.ts';
import { identityGraph, negativeGraph } from '../helpers/style-models.ts';
import { violations } from './inspection.ts';
import { chooseFile, meanDifference, openApp, savePainting, servedSite, waitUntilPainted } from './site.ts';

const negative = Buffer.from(writeOnnx(negativeGraph()));
const identity = Buffer.from(writeOnnx(identityGraph()));
const picture = await toSharp(smoothPicture()).png().toBuffer();

/** Gives the page a style file, and waits until it is among the styles under a name, and chosen. */
async function openStyle(page: Page, fileName: string, content: Buffer, name: string): Promise<void> {
  await chooseFile(page, fileName, content, '#model-file');
  await page.locator('label.style:has(:checked)').getByText(name, { exact: true }).waitFor();
  await page.locator('#work').waitFor({ state: 'hidden' });
}

/** The page at the next visit, when the styles of earlier ones are there. */
async function reload(page: Page, count: number): Promise<void> {
  await page.reload();
  await page.waitForFunction((count) => document.querySelectorAll('label.style').length >= count, count);
}

const styleNames = (page: Page) => page.locator('label.style .name').allTextContents();

async function paint(page: Page, style: string): Promise<Buffer> {
  await page.getByRole('radio', { name: style, exact: true }).check({ force: true });
  await chooseFile(page, 'smooth.png', picture);
  await page.locator('#status').getByText(`Painted in ${style}`, { exact: true }).waitFor({ state: 'attached' });
  await waitUntilPainted(page);
  return (await savePainting(page, 'png')).bytes;
}

async function openWorkshop(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Make your own' }).click();
  await page.locator('#training').waitFor();
}

async function removeInWorkshop(page: Page, style: string): Promise<void> {
  await page.getByRole('button', { name: `Remove ${style}`, exact: true }).click();
  await page.getByRole('button', { name: `Remove ${style} for good?` }).click();
}

/** The scripts that the page has fetched since it was opened. */
const scripts = (page: Page) =>
  page.evaluate(() =>
    performance
      .getEntriesByType('resource')
      .map(({ name }) => name)
      .filter((name) => name.endsWith('.js')),
  );

describe.skipIf(chromiumPath === undefined)('styles of the user’s own, in Chromium', () => {
  const site = servedSite();

  it('a style that was opened paints at the next visit, without a network and without the code of the training', async () => {
    const page = await openApp(site());
    await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
    await openStyle(page, 'negative.onnx', negative, 'negative');
    await paint(page, 'negative');
    await page.context().setOffline(true);
    await reload(page, 3);
    const painted = await paint(page, 'negative');
    expect(await meanDifference(painted, await sharp(picture).negate().png().toBuffer())).toBe(0);
    const fetched = await scripts(page);
    await page.context().setOffline(false);
    await openWorkshop(page);
    expect((await scripts(page)).length).toBeGreaterThan(fetched.length);
  });

  it('it is listed in the workshop, can be downloaded as it came, and is gone when it is removed', async () => {
    const page = await openApp(site());
    await openStyle(page, 'negative.onnx', negative, 'negative');
    await reload(page, 3);
    await page.getByRole('radio', { name: 'negative' }).check({ force: true });
    await openWorkshop(page);
    expect(await page.locator('#own-list .name').allTextContents()).toEqual(['negative: from your device']);
    expect(await violations(page)).toEqual([]);
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download negative' }).click(),
    ]);
    expect(file.suggestedFilename()).toBe('negative.onnx');
    expect(negative.equals(await readFile(await file.path()))).toBe(true);
    await removeInWorkshop(page, 'negative');
    await page.getByRole('radio', { name: 'negative' }).waitFor({ state: 'detached' });
    expect(await page.getByText('Your own styles').isHidden()).toBe(true);
    await page.getByRole('button', { name: 'Close' }).click();
    expect(await page.getByRole('radio', { name: 'First style' }).isChecked()).toBe(true);
    await reload(page, 2);
    await openWorkshop(page);
    expect(await styleNames(page)).toEqual(['First style', 'Second style']);
  });

  it('the same file is one style, whatever it is called and however often it comes', async () => {
    const page = await openApp(site());
    await openStyle(page, 'negative.onnx', negative, 'negative');
    await page.getByRole('radio', { name: 'First style' }).check({ force: true });
    await openStyle(page, 'copy.onnx', negative, 'negative');
    await reload(page, 3);
    await openStyle(page, 'negative.onnx', negative, 'negative');
    expect(await styleNames(page)).toEqual(['First style', 'Second style', 'negative']);
  });

  it('styles of the same name are told apart by a number, at the next visit as well', async () => {
    const page = await openApp(site());
    const shipped = await readFile(join(site().styles, 'first-style.onnx'));
    await openStyle(page, 'model.onnx', shipped, 'First style 2');
    await openStyle(page, 'plain.onnx', identity, 'plain');
    await openStyle(page, 'Plain.onnx', negative, 'Plain 2');
    const names = ['First style', 'Second style', 'First style 2', 'plain', 'Plain 2'];
    expect(await styleNames(page)).toEqual(names);
    await reload(page, 5);
    expect(await styleNames(page)).toEqual(names);
    const painted = await paint(page, 'Plain 2');
    expect(await meanDifference(painted, await sharp(picture).negate().png().toBuffer())).toBe(0);
    await openWorkshop(page);
    await removeInWorkshop(page, 'plain');
    await page.getByRole('radio', { name: 'plain', exact: true }).waitFor({ state: 'detached' });
    expect(await styleNames(page)).toEqual(names.filter((name) => name !== 'plain'));
  });

  it('what is no style network is not kept', async () => {
    const page = await openApp(site());
    await chooseFile(page, 'grey.onnx', Buffer.from(writeOnnx(identityGraph([1, 1, 8, 8]))), '#model-file');
    await page.locator('#message-text').getByText('Expected a style network').waitFor();
    await openStyle(page, 'negative.onnx', negative, 'negative');
    await reload(page, 3);
    expect(await styleNames(page)).toEqual(['First style', 'Second style', 'negative']);
  });

  it.each([
    ['has no room left', 'IDBObjectStore', 'put', 'QuotaExceededError', 'no room left to store the style'],
    ['stores nothing', 'IDBFactory', 'open', 'InvalidStateError', 'does not let this page store the style'],
  ] as const)(
    'where the browser %s a style is used all the same, and what that means is said',
    async (_, owner, method, error, sentence) => {
      const page = await openApp(site(), {}, (context) =>
        context.addInitScript(
          ([owner, method, error]) => {
            const fail = () => {
              throw new DOMException('refused by the test', error);
            };
            Object.defineProperty(window[owner].prototype, method, { value: fail });
          },
          [owner, method, error] as const,
        ),
      );
      await openStyle(page, 'negative.onnx', negative, 'negative');
      const message = page.locator('#message-text');
      const said = 'negative can be used now but will not be there at the next visit.';
      await message.getByText(said).waitFor();
      expect(await message.textContent()).toContain(sentence);
      const painted = await paint(page, 'negative');
      expect(await meanDifference(painted, await sharp(picture).negate().png().toBuffer())).toBe(0);
      // It is tried again, since there may be room now.
      await openStyle(page, 'negative.onnx', negative, 'negative');
      await message.getByText(said).waitFor();
      expect(await styleNames(page)).toEqual(['First style', 'Second style', 'negative']);
      await openWorkshop(page);
      await removeInWorkshop(page, 'negative');
      await page.getByRole('radio', { name: 'negative' }).waitFor({ state: 'detached' });
      await page.getByRole('button', { name: 'Close' }).click();
      await openStyle(page, 'negative.onnx', negative, 'negative');
      await page.reload();
      await openWorkshop(page);
      expect(await styleNames(page)).toEqual(['First style', 'Second style']);
    },
  );

  it('a style that could not be removed stays, and that is said', async () => {
    const page = await openApp(site());
    await openStyle(page, 'negative.onnx', negative, 'negative');
    await page.evaluate(() => {
      IDBObjectStore.prototype.delete = () => {
        throw new DOMException('refused by the test', 'UnknownError');
      };
    });
    await openWorkshop(page);
    await removeInWorkshop(page, 'negative');
    await page.getByRole('alert').getByText('does not let this page').waitFor();
    expect(await styleNames(page)).toContain('negative');
  });

  it('a style that an earlier version of the page trained and stored is there', async () => {
    const page = await openApp(site(), {}, async (context) => {
      const before = await context.newPage();
      const address = `${site().url}before`;
      await before.route(address, (route) =>
        route.fulfill({ contentType: 'text/html', body: '<link rel="icon" href="data:,">' }),
      );
      await before.goto(address);
      await before.evaluate(async (base64) => {
        const request = indexedDB.open('impasto', 1);
        request.onupgradeneeded = () => {
          request.result.createObjectStore('training');
          request.result.createObjectStore('styles');
        };
        await new Promise((resolve) => {
          request.onsuccess = resolve;
        });
        const transaction = request.result.transaction('styles', 'readwrite');
        const model = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
        const preview = new Blob(['a picture']);
        const style = {
          id: 'trained-1',
          name: 'Tiles',
          step: 300,
          model,
          preview,
          thumbnail: 'data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA=',
        };
        transaction.objectStore('styles').put(style, style.id);
        await new Promise((resolve) => {
          transaction.oncomplete = resolve;
        });
        request.result.close();
      }, negative.toString('base64'));
      await before.close();
    });
    await openStyle(page, 'identity.onnx', identity, 'identity');
    const painted = await paint(page, 'Tiles');
    expect(await meanDifference(painted, await sharp(picture).negate().png().toBuffer())).toBe(0);
    await openWorkshop(page);
    expect(await page.locator('#own-list .name').allTextContents()).toEqual([
      'Tiles: made on this device, 300 steps',
      'identity: from your device',
    ]);
    await removeInWorkshop(page, 'Tiles');
    await page.getByRole('radio', { name: 'Tiles' }).waitFor({ state: 'detached' });
    await reload(page, 3);
    expect(await styleNames(page)).toEqual(['First style', 'Second style', 'identity']);
  });
});
