import { createHash } from 'node:crypto';
import { appendFile, copyFile, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { previewPath } from '../../src/files/preview-files.node.ts';
import type { ChartData } from '../../src/report/chart-data.ts';
import { writeReport } from '../../src/report/report-maker.node.ts';
import { makeRunFolder, stepLine, stepLines } from '../helpers/run-folders.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

async function reportOf(folder: string): Promise<string> {
  return readFile(await writeReport(folder), 'utf8');
}

/** The figures that a page carries for its charts. */
function dataOf(page: string): ChartData {
  return JSON.parse(/<script type="application\/json" id="data">(.*?)<\/script>/s.exec(page)?.[1] ?? '');
}

/** The page without its own script and style, whose text is the library's. */
function withoutAssets(page: string): string {
  return page.replace(/<style>.*?<\/style>/s, '').replace(/<script>.*?<\/script>/s, '');
}

describe('report.html', () => {
  it('tells where the run is, in text that needs no script', async () => {
    const folder = await makeRunFolder({ previews: [{ name: '1-bridge', steps: [100, 200] }] });
    await writeFile(
      join(folder, 'validation.jsonl'),
      '{"step":100,"loss":5.125,"content":1.25,"style":0.25,"tv":0.02,"photographs":8}\n',
    );
    await writeFile(
      join(folder, 'warnings.jsonl'),
      '{"step":7,"time":"2026-01-02T03:04:05Z","message":"The loss was not finite"}\n',
    );
    const page = withoutAssets(await reportOf(folder));
    for (const part of [
      '<h1>wave</h1>',
      'of 400',
      '7 min',
      'In training',
      'The loss was not finite',
      '5.125',
      'Hokusai',
    ]) {
      expect(page).toContain(part);
    }
    const alternatives = [...page.matchAll(/<img [^>]*alt="([^"]*)"/g)].map(([, text]) => text);
    expect(alternatives).toEqual([
      'The painting wave',
      'The photograph bridge',
      'The painting wave',
      'bridge in the style of wave after step 100',
      'bridge in the style of wave after step 200',
    ]);
  });

  it('allows its own script and style by their hashes, and asks for nothing else', async () => {
    const page = await reportOf(await makeRunFolder({ previews: [{ name: '1-a', steps: [100] }] }));
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1]?.replaceAll('&#39;', "'");
    const hashOf = (element: string) => {
      const text = new RegExp(`<${element}>(.*?)</${element}>`, 's').exec(page)?.[1] ?? '';
      expect(text.length).toBeGreaterThan(1000);
      return createHash('sha256').update(text).digest('base64');
    };
    expect(policy?.split('; ')).toEqual([
      "default-src 'none'",
      `script-src 'sha256-${hashOf('script')}'`,
      `style-src 'sha256-${hashOf('style')}'`,
      'img-src data:',
      "base-uri 'none'",
      "form-action 'none'",
    ]);
    expect(page).not.toMatch(/https?:\/\/|url\(|@import|\sstyle=|\son\w+=/i);
    const sources = [...page.matchAll(/\s(?:src|href)="([^"]*)"/g)].map(([, source = '']) => source);
    expect(sources.length).toBeGreaterThan(3);
    expect(sources.filter((source) => !source.startsWith('data:'))).toEqual([]);
  });

  it('shows hostile names as text', async () => {
    const hostile = `</title></script><script>alert(1)</script><img src=x onerror="alert('2')">`;
    const folder = await makeRunFolder({
      styleName: hostile,
      author: hostile,
      previews: [{ name: '1-<b onclick="x">&', steps: [1] }],
    });
    const warning = { step: 3, time: `"><script>`, message: `${hostile}<!--` };
    await writeFile(join(folder, 'warnings.jsonl'), `${JSON.stringify(warning)}\n`);
    const page = await reportOf(folder);
    const elements = withoutAssets(page).match(/<(script|img|b|title|!--)[\s>]/g);
    // Of the data, and of the painting, the photograph, the painting again and one preview.
    expect(elements).toEqual(['<title>', '<img ', '<img ', '<img ', '<img ', '<script ']);
    expect(page).toContain('&lt;/title&gt;&lt;/script&gt;');
    expect(dataOf(page).warningSteps).toEqual([3]);
  });

  it('shows the part of the painting that is learnt', async () => {
    const folder = await makeRunFolder();
    const configuration = JSON.parse(await readFile(join(folder, 'config.json'), 'utf8'));
    const styleCrop = { left: 10, top: 8, width: 60, height: 40 };
    await writeFile(join(folder, 'config.json'), JSON.stringify({ ...configuration, styleCrop }));
    expect(await reportOf(folder)).toMatch(/<img [^>]*alt="The painting wave" width="60" height="40"/);
  });

  it('makes do with what is there', async () => {
    const folder = await makeRunFolder({ stepsDone: 0 });
    await rm(join(folder, 'metrics.jsonl'));
    await rm(join(folder, 'previews'), { recursive: true });
    await rm(join(folder, 'painting.png'));
    const page = await reportOf(folder);
    expect(page).toContain('Starting');
    expect(page).toMatch(/The painting .*painting\.png cannot be read/);
    expect(dataOf(page).steps).toEqual([]);
  });

  it('refuses a folder without a run', async () => {
    await expect(writeReport(await temporaryFolder())).rejects.toThrow(/has no config\.json/);
    const folder = await makeRunFolder();
    await writeFile(join(folder, 'config.json'), '[1, 2]');
    await expect(writeReport(folder)).rejects.toThrow(/Expected the configuration of a training run in .*config\.json/);
  });

  it('ignores lines cut short', async () => {
    const folder = await makeRunFolder({ stepsDone: 3 });
    await appendFile(join(folder, 'metrics.jsonl'), stepLine(4).slice(0, 30));
    await writeFile(
      join(folder, 'validation.jsonl'),
      '{"step":2,"loss":1,"content":1,"style":1,"tv":1}\n{"step":3,"lo',
    );
    await writeFile(join(folder, 'warnings.jsonl'), '{"step":2,"time":"x","mess');
    const { steps, validationSteps, warningSteps } = dataOf(await reportOf(folder));
    expect({ steps, validationSteps, warningSteps }).toEqual({
      steps: [1, 2, 3],
      validationSteps: [2],
      warningSteps: [],
    });
  });

  it('says finished and stopped', async () => {
    expect(await reportOf(await makeRunFolder({ steps: 20, stepsDone: 20 }))).toContain('data-status="finished"');
    const folder = await makeRunFolder();
    expect(await readFile(await writeReport(folder, { status: 'stopped' }), 'utf8')).toContain(
      'Stopped after step 200',
    );
  });

  it('names skipped photographs where they are known', async () => {
    const folder = await makeRunFolder();
    const some = [{ path: 'a<b>.jpg', reason: 'truncated' }];
    const page = await readFile(await writeReport(folder, { skipped: { count: 12, some } }), 'utf8');
    expect(page).toContain('12 photographs skipped');
    expect(page).toContain('a&lt;b&gt;.jpg');
  });

  it('stays small over 30,000 steps and shows the outliers among them', async () => {
    const folder = await makeRunFolder({ steps: 40_000 });
    const lines = stepLines(30_000).split('\n');
    lines[12_344] = lines[12_344]?.replace(/"loss":[\d.]+/, '"loss":777') ?? '';
    await writeFile(join(folder, 'metrics.jsonl'), lines.join('\n'));
    const path = await writeReport(folder);
    expect((await stat(path)).size).toBeLessThan(600_000);
    const { steps, raw } = dataOf(await readFile(path, 'utf8'));
    expect(steps.length).toBeLessThanOrEqual(1200);
    expect([steps[0], steps.at(-1)]).toEqual([1, 30_000]);
    expect(Math.max(...raw.loss.map(Number))).toBe(777);
  });

  it('stays small over 200 checkpoints, of which it shows the first, the last and some between', async () => {
    const checkpoints = Array.from({ length: 200 }, (_, index) => 100 * (index + 1));
    const folder = await makeRunFolder({ previews: [{ name: '1-a', steps: [100] }] });
    for (const step of checkpoints.slice(1))
      await copyFile(previewPath(folder, '1-a', 100), previewPath(folder, '1-a', step));
    const page = await reportOf(folder);
    const shown = [...page.matchAll(/after step (\d+)"/g)].map(([, step]) => Number(step));
    expect(shown).toHaveLength(8);
    expect([shown[0], shown.at(-1)]).toEqual([100, 20_000]);
    expect(page.length).toBeLessThan(600_000);
  });
});
