import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { RunReader } from '../../src/report/run-reader.node.ts';
import { writeContactSheet } from '../../src/sweep/contact-sheet.node.ts';
import type { CellRecord, SweepCell } from '../../src/sweep/sweep-cell.ts';
import { chromiumPath, openBrowser } from '../helpers/chromium.ts';
import { type MadeRun, makeRunFolder } from '../helpers/run-folders.ts';
import { smallConfiguration } from '../helpers/small-run.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

/** What a made-up cell is like. */
interface MadeCell {
  readonly weight: number;
  readonly size: number;
  readonly styleName?: string;
  readonly isDefault?: boolean;
  readonly failure?: string;
  /** Its run; by default it has not begun. */
  readonly run?: MadeRun;
}

async function makeRecord({
  weight,
  size,
  styleName = 'wave',
  isDefault = false,
  failure,
  run,
}: MadeCell): Promise<CellRecord> {
  const folder = run ? await makeRunFolder(run) : join(await temporaryFolder(), 'nowhere');
  const reader = new RunReader(folder);
  await reader.refresh();
  const weights = { ...smallConfiguration.weights, style: weight };
  const configuration = { ...smallConfiguration, style: join(folder, 'painting.png'), styleName, weights };
  const cell: SweepCell = {
    folder,
    configuration: { ...configuration, styleSize: size, steps: 100 },
    isDefault,
    command: `yarn train --resume '<${weight}>'`,
  };
  return { cell, run: run ? reader.record() : null, failure: failure ?? null };
}

const previews = [
  { name: '1-bridge', steps: [50, 100] },
  { name: '2-<b onclick="x">&', steps: [100] },
];
const trained: MadeRun = { stepsDone: 100, previews };

async function sheetOf(...cells: readonly MadeCell[]): Promise<string> {
  return readFile(await writeContactSheet(await temporaryFolder(), await Promise.all(cells.map(makeRecord))), 'utf8');
}

/** The page's table as the texts of its cells, row by row. */
function rowsOf(page: string): readonly (readonly string[])[] {
  const rows = [...page.matchAll(/<tr>(.*?)<\/tr>/gs)].map(([, row = '']) => row);
  return rows.map((row) =>
    [...row.matchAll(/<t[hd][^>]*>(.*?)<\/t[hd]>/gs)].map(([, text = '']) =>
      text
        .replace(/<[^>]*>/g, ' ')
        .replace(/\s+/g, ' ')
        .trim(),
    ),
  );
}

describe('the contact sheet', () => {
  it('has a column a style weight and a row a style size, and tells of each cell where it is', async () => {
    const page = await sheetOf(
      { weight: 4, size: 256, run: trained },
      { weight: 12, size: 256, isDefault: true, run: { stepsDone: 40, previews: [] } },
      { weight: 4, size: 512, failure: 'Lost <i>it</i>' },
      { weight: 12, size: 512 },
    );
    const [head, first, second] = rowsOf(page);
    expect(head).toEqual(['', 'Style weight 4', 'Style weight 12']);
    expect(first?.[0]).toBe('Style size 256');
    // As the last line of metrics.jsonl, a moving mean.
    expect(first?.[1]).toMatch(
      /^Step 100 Loss 5\.\d+ Content 1\.000 Style 0\.2\d+ Total variation 0\.01000 Train it on/,
    );
    expect(first?.[1]).toContain('yarn train --resume &#39;&lt;4&gt;&#39;');
    expect(first?.[2]).toMatch(/^The default of train Step 40 of 100 Loss/);
    expect(second).toEqual(['Style size 512', 'Failed: Lost &lt;i&gt;it&lt;/i&gt;', 'Not trained yet']);
    expect(page).toContain('1 of 4 cells are trained, 1 failed');
  });

  it('shows the painting, the photographs, and of each preview its last picture, the first one large', async () => {
    const page = await sheetOf({ weight: 4, size: 256 }, { weight: 12, size: 256, run: trained });
    const images = [...page.matchAll(/<img [^>]*alt="([^"]*)" width="(\d+)"/g)].map(([, alt, width]) => [
      alt,
      Number(width),
    ]);
    const hostile = '&lt;b onclick=&quot;x&quot;&gt;&amp;';
    expect(images.map(([alt]) => alt)).toEqual([
      'The photograph bridge',
      `The photograph ${hostile}`,
      'bridge in the style of wave, style weight 12, style size 256',
      `${hostile} in the style of wave, style weight 12, style size 256`,
    ]);
    expect(page).toContain('The painting cannot be read');
    const swapped = await sheetOf({ weight: 12, size: 256, run: trained }, { weight: 4, size: 256 });
    expect(swapped).toContain('alt="The painting wave"');
  });

  it('is one page without scripts, allowed its own style by its hash and nothing else', async () => {
    const hostile = `</title></style><script>alert(1)</script><img src=x onerror="alert('2')">`;
    const page = await sheetOf({ weight: 4, size: 256, styleName: hostile, failure: hostile, run: trained });
    const style = /<style>(.*?)<\/style>/s.exec(page)?.[1] ?? '';
    expect(style.length).toBeGreaterThan(1000);
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1]?.replaceAll('&#39;', "'");
    expect(policy?.split('; ')).toEqual([
      "default-src 'none'",
      `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
      'img-src data:',
      "base-uri 'none'",
      "form-action 'none'",
    ]);
    expect(page).not.toMatch(/https?:\/\/|url\(|@import|<script|\sstyle="|\son\w+="/i);
    const sources = [...page.matchAll(/\s(?:src|href)="([^"]*)"/g)].map(([, source = '']) => source);
    expect(sources.length).toBeGreaterThan(3);
    expect(sources.filter((source) => !source.startsWith('data:'))).toEqual([]);
    expect(page.match(/<(title|style)>/g)).toEqual(['<title>', '<style>']);
  });

  it.skipIf(chromiumPath === undefined)('is not wider than a narrow window, and its style is applied', async () => {
    const cells = [4, 12, 36].map((weight) => makeRecord({ weight, size: 256, run: trained }));
    const path = await writeContactSheet(await temporaryFolder(), await Promise.all(cells));
    const page = await (await openBrowser()).newPage({ viewport: { width: 390, height: 800 } });
    const troubles: string[] = [];
    page.on('console', (message) => message.type() === 'error' && troubles.push(message.text()));
    await page.goto(pathToFileURL(path).href);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
    await page.setViewportSize({ width: 1280, height: 800 });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(1280);
    expect(await page.locator('summary').count()).toBe(3);
    await page.locator('summary').first().click();
    expect(await page.getByText("yarn train --resume '<4>'").isVisible()).toBe(true);
    expect(troubles).toEqual([]);
  });
});
