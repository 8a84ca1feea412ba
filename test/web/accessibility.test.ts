import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { chromiumPath } from '../helpers/chromium.ts';
import { smoothPicture, toSharp } from '../helpers/pictures.ts';
import { chooseFile, openApp, servedSite, waitUntilPainted } from './site.ts';

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe-core finds wrong with the page as it stands. */
async function violations(page: Page): Promise<unknown> {
  // The page's policy forbids foreign scripts; what the debugger evaluates is not bound by it.
  await page.evaluate(axe);
  return page.evaluate(`axe.run().then(({ violations }) => violations.map(({ id, nodes }) =>
    [id, ...nodes.map(({ html, failureSummary }) => html + ' ' + failureSummary)]))`);
}

async function focusedName(page: Page): Promise<string> {
  return page.evaluate(() => {
    const { activeElement } = document;
    return activeElement?.id || activeElement?.textContent?.trim() || '';
  });
}

describe.skipIf(chromiumPath === undefined)('everyone can use the page, in Chromium', () => {
  const site = servedSite();

  it.each(['light', 'dark'] as const)('axe finds nothing wrong, %s', async (colorScheme) => {
    const page = await openApp(site(), { colorScheme });
    expect(await violations(page)).toEqual([]);
    await chooseFile(page, 'text.jpg', Buffer.from('no picture'));
    await page.locator('#message').waitFor();
    expect(await violations(page)).toEqual([]);
    await chooseFile(page, 'smooth.png', await toSharp(smoothPicture()).png().toBuffer());
    await waitUntilPainted(page);
    expect(await violations(page)).toEqual([]);
    await page.getByRole('button', { name: 'About' }).click();
    expect(await violations(page)).toEqual([]);
  });

  it('everything can be done with the keyboard, and is said', async () => {
    const page = await openApp(site());
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    expect(await focusedName(page)).toBe('welcome-open');
    await chooseFile(page, 'smooth.png', await toSharp(smoothPicture()).png().toBuffer());
    await waitUntilPainted(page);

    const divider = page.getByRole('slider', { name: 'Divider between photograph and painting' });
    await divider.focus();
    await page.keyboard.press('ArrowLeft');
    expect(await divider.getAttribute('aria-valuetext')).toBe('48 % photograph, 52 % painting');
    await page.keyboard.press('Home');
    expect(await page.locator('#painting').evaluate((canvas) => getComputedStyle(canvas).clipPath)).toMatch(
      / 0px?\)|0%/,
    );
    await page.keyboard.press('Tab');
    await page.keyboard.press('ArrowRight');
    await page.waitForFunction(() => document.querySelector('#status')?.textContent === 'Painted in Second style');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    expect(await focusedName(page)).toBe('strength');
    await page.keyboard.press('ArrowLeft');
    expect(await page.locator('#strength-value').textContent()).toBe('99 %');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Space');
    expect(await page.getByLabel('Keep the photograph’s colours').isChecked()).toBe(true);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    const [download] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Enter')]);
    expect(download.suggestedFilename()).toBe('smooth-Second-style.jpg');
  });

  it('is never wider than the window, from 360 to 2560 pixels', async () => {
    const page = await openApp(site());
    const widths = [360, 390, 768, 1088, 1280, 1920, 2560];
    const overflow = async () => {
      const wide: number[] = [];
      for (const width of widths) {
        await page.setViewportSize({ width, height: 720 });
        if ((await page.evaluate(() => document.documentElement.scrollWidth)) > width) wide.push(width);
      }
      return wide;
    };
    expect(await overflow()).toEqual([]);
    await chooseFile(page, 'smooth.png', await toSharp(smoothPicture()).png().toBuffer());
    await waitUntilPainted(page);
    expect(await overflow()).toEqual([]);
  });

  it('paints its first view with less than 100 kB of script, and fetches the runtime only when it is needed', async () => {
    const page = await openApp(site());
    await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
    const fetched = await page.evaluate(() =>
      performance.getEntriesByType('resource').map((entry) => {
        const { name, decodedBodySize } = entry as PerformanceResourceTiming;
        return { name, decodedBodySize };
      }),
    );
    const scripts = fetched.filter(({ name }) => /\.m?js$/.test(name));
    expect(scripts.length).toBeGreaterThan(0);
    expect(scripts.reduce((sum, { decodedBodySize }) => sum + decodedBodySize, 0)).toBeLessThan(100_000);
    expect(fetched.filter(({ name }) => /\.(wasm|onnx)$/.test(name))).toEqual([]);
  });
});
