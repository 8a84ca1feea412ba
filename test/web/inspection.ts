import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe-core finds wrong with the page as it stands. */
export async function violations(page: Page): Promise<unknown> {
  // The page's policy forbids foreign scripts; what the debugger evaluates is not bound by it.
  await page.evaluate(axe);
  return page.evaluate(`axe.run().then(({ violations }) => violations.map(({ id, nodes }) =>
    [id, ...nodes.map(({ html, failureSummary }) => html + ' ' + failureSummary)]))`);
}

/** The widths, from 360 to 2560 pixels, at which the page as it stands is wider than its window. */
export async function tooWide(page: Page): Promise<readonly number[]> {
  const wide: number[] = [];
  for (const width of [360, 390, 768, 1088, 1280, 1920, 2560]) {
    await page.setViewportSize({ width, height: 720 });
    if ((await page.evaluate(() => document.documentElement.scrollWidth)) > width) wide.push(width);
  }
  return wide;
}
