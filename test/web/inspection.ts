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

/** From the narrowest that WCAG 2.2 asks for (success criterion 1.4.10) to a large screen. */
const windowWidths = [320, 360, 641, 844, 1088, 1280, 2560];

/**
 * What stands in for fonts of other widths than this machine's: the spacing that WCAG 2.2 asks a page to bear (success
 * criterion 1.4.12), a fifth wider than the font itself, and letters a tenth narrower.
 */
const spacings = {
  own: '',
  wide: '* { letter-spacing: 0.12em !important; word-spacing: 0.16em !important }',
  narrow: '* { letter-spacing: -0.06em !important }',
};

/** What of the page as it stands goes beyond its window or its dialog, by font and width of the window. */
export async function tooWide(page: Page): Promise<readonly string[]> {
  const wide: string[] = [];
  for (const [font, rules] of Object.entries(spacings)) {
    await useRules(page, rules);
    for (const width of windowWidths) {
      await page.setViewportSize({ width, height: 720 });
      wide.push(...(await beyondWindow(page)).map((what) => `${font}, ${width}: ${what}`));
    }
  }
  await useRules(page, '');
  return wide;
}

/** Puts style rules over the page's own, in place of those put there before. */
async function useRules(page: Page, rules: string): Promise<void> {
  await page.evaluate((rules) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(rules);
    document.adoptedStyleSheets = [sheet];
  }, rules);
}

/** The boxes that hold more than their width, and the elements that stick out of the window without a way to get there. */
async function beyondWindow(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const page = document.documentElement;
    const nameOf = ({ id, className, tagName }: Element) => `${tagName} ${id || className}`;
    const scrolls = (element: Element) => /auto|scroll/.test(getComputedStyle(element).overflowX);
    const isReached = (element: Element) => {
      for (let box = element.parentElement; box; box = box.parentElement) if (scrolls(box)) return true;
      return false;
    };
    const boxes = [page, ...document.querySelectorAll('dialog[open]')];
    const parts = [...document.querySelectorAll('body *:not(.unseen, #strip *)')];
    const outside = parts.filter((part) => {
      const { left, right } = part.getBoundingClientRect();
      return (left < -0.5 || right > page.clientWidth + 0.5) && !isReached(part);
    });
    return [...boxes.filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth), ...outside].map(nameOf);
  });
}
