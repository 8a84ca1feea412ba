import { describe, expect, it } from 'vitest';
import { chromiumPath } from '../helpers/chromium.ts';
import { smoothPicture, toSharp } from '../helpers/pictures.ts';
import { chooseFile, openApp, servedSite, waitUntilPainted } from './site.ts';

describe.skipIf(chromiumPath === undefined)('the page without a network, in Chromium', () => {
  const site = servedSite();

  it('opens and paints at the second visit, in the styles that were used', async () => {
    const page = await openApp(site());
    const picture = await toSharp(smoothPicture()).png().toBuffer();
    await chooseFile(page, 'smooth.png', picture);
    await waitUntilPainted(page);

    const again = await page.context().newPage();
    await page.close();
    await page.context().setOffline(true);
    await again.goto(site().url);
    await again.getByRole('radio', { name: 'First style' }).waitFor({ state: 'attached' });
    await again.waitForFunction(() =>
      [...document.querySelectorAll<HTMLImageElement>('main img, .dock img')].every(
        ({ naturalWidth }) => naturalWidth > 0,
      ),
    );
    await chooseFile(again, 'smooth.png', picture);
    await waitUntilPainted(again);
    await again.getByRole('radio', { name: 'Second style' }).click({ force: true });
    await again.locator('#message-text').getByText('could not be fetched').waitFor();
    // The painting that was there is there still, and so is the choice of its style.
    expect(await again.getByRole('radio', { name: 'First style' }).isChecked()).toBe(true);
    expect(await again.locator('#save').isEnabled()).toBe(true);
  });
});
