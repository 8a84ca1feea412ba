import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { agreementTable } from '../../../bench/measures/agreement-table.ts';
import { faults } from '../../../bench/measures/faults.ts';
import { benchMeasures } from '../../../bench/measures/index.ts';
import { readPreferences } from '../../../bench/measures/preferences.ts';
import { encodePicture } from '../../../src/image/encode.node.ts';
import { captureOutput } from '../../helpers/command-line.ts';
import { paint, smoothPicture, vividPicture } from '../../helpers/pictures.ts';
import { negative } from '../../helpers/style-models.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';

const preference = { photograph: 'photograph.png', painting: 'painting.png', better: 'a.png', worse: 'b.png' };

async function preferencesFile(content: unknown): Promise<{ folder: string; file: string }> {
  const folder = await temporaryFolder();
  const file = join(folder, 'preferences.json');
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
  return { folder, file };
}

describe('a file of preferences', () => {
  it('has paths from its folder on, and a source', async () => {
    const { folder, file } = await preferencesFile([preference, { ...preference, better: '/a.png', source: 'us' }]);
    const [first, second] = await readPreferences(file);
    expect(first).toEqual({
      photograph: join(folder, 'photograph.png'),
      painting: join(folder, 'painting.png'),
      better: join(folder, 'a.png'),
      worse: join(folder, 'b.png'),
      source: 'panel',
    });
    expect(second).toMatchObject({ better: '/a.png', source: 'us' });
  });

  it.each<[string, unknown]>([
    ['no JSON', '[{'],
    ['no pairs', []],
    ['a pair without its better picture', [{ ...preference, better: undefined }]],
  ])('is refused if it has %s', async (_, content) => {
    const { file } = await preferencesFile(content);
    await expect(readPreferences(file)).rejects.toThrow(`Expected a JSON array`);
  });
});

describe('bench measures', () => {
  it('counts the pairs in which each measure prefers what people prefer, and spoilt copies', async () => {
    const { folder, file } = await preferencesFile([preference]);
    const painting = paint(96, 64, (x, y) => [(x * 16) % 256, (y * 32) % 256, ((x + y) * 8) % 256]);
    await encodePicture(painting, join(folder, 'painting.png'));
    await encodePicture(smoothPicture(), join(folder, 'photograph.png'));
    await encodePicture(painting, join(folder, 'a.png'));
    await encodePicture(vividPicture(), join(folder, 'b.png'));
    let result: object = {};
    const { stderr } = await captureOutput(async () => {
      const options = { preferences: file, faults: true, lossNetwork: 'vgg19-lite', styleSize: 48, threads: 1 };
      result = await benchMeasures(options);
    });
    const count = Object.keys(faults).length;
    expect(result).toMatchObject({
      pairs: [
        { better: join(folder, 'a.png'), worse: join(folder, 'b.png'), source: 'panel' },
        ...Object.keys(faults).map((fault) => ({ source: `fault: ${fault}`, worse: fault })),
      ],
      agreements: expect.arrayContaining([
        expect.objectContaining({ measure: 'motifs', pairs: 1 + count }),
        expect.objectContaining({ measure: 'recipe balanced', pairs: 1 + count }),
      ]),
    });
    expect(stderr).toContain(`| all (${1 + count}) |`);
  });

  it('needs preferences', async () => {
    const options = { preferences: undefined, faults: false, lossNetwork: 'vgg19-lite', styleSize: 48, threads: 1 };
    await expect(benchMeasures(options)).rejects.toThrow('--preferences FILE');
  });
});

describe('spoilt copies', () => {
  it.each(Object.keys(faults))('%s: of the same size, and another picture', async (fault) => {
    const [photograph, painting] = [smoothPicture(), vividPicture(40, 30)];
    const stylized = negative(vividPicture());
    const spoilt = await faults[fault]?.({ stylized, photograph, painting });
    expect(spoilt).toMatchObject({ width: 96, height: 64 });
    expect(spoilt?.data).toHaveLength(stylized.data.length);
    expect(spoilt?.data).not.toEqual(stylized.data);
  });
});

describe('the table of agreements', () => {
  it('has a row a measure and a column a source', () => {
    const counts = (agreed: number) => ({ sources: { panel: { agreed, pairs: 4 } }, agreed, pairs: 4 });
    expect(
      agreementTable([
        { measure: 'motifs', ...counts(3) },
        { measure: 'style', ...counts(1) },
      ]),
    ).toBe(
      [
        '| less is better | panel (4) | all (4) |',
        '| --- | --- | --- |',
        '| motifs | 3 | 3 |',
        '| style | 1 | 1 |',
      ].join('\n'),
    );
  });
});
