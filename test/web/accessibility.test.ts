import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { chromiumPath } from '../helpers/chromium.ts';
import { smoothPicture, toSharp } from '../helpers/pictures.ts';
import { tooWide, violations } from './inspection.ts';
import { chooseFile, openApp, servedSite, waitUntilPainted } from './site.ts';

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
    expect(await focusedName(page)).toBe('strokes');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Space');
    expect(await page.getByLabel('Keep the photograph’s colours').isChecked()).toBe(true);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    const [download] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Enter')]);
    expect(download.suggestedFilename()).toBe('smooth-Second-style.jpg');
  });

  it('is never wider than the window, from 320 to 2560 pixels, in narrow and wide fonts', async () => {
    const page = await openApp(site());
    expect(await tooWide(page)).toEqual([]);
    await chooseFile(page, 'smooth.png', await toSharp(smoothPicture()).png().toBuffer());
    await waitUntilPainted(page);
    expect(await tooWide(page)).toEqual([]);
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
