import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The folder of the sample photographs. */
export const photographsFolder = join(import.meta.dirname, '../../artifacts/photographs');

/** One row of LICENCES.md. */
export interface PhotographRow {
  /** The photograph's name in the folder, such as `windmill.jpg`. */
  readonly file: string;
  readonly author: string;
  readonly licence: string;
  /** The package it comes from, such as `palapeli-data 4:22.12.3-1 (Debian)`. */
  readonly source: string;
  /** Its path in the unpacked package. */
  readonly path: string;
}

/**
 * Reads the table of the sample photographs out of LICENCES.md.
 * @throws if a row has not exactly five filled cells
 */
export async function readPhotographTable(): Promise<readonly PhotographRow[]> {
  const text = await readFile(join(photographsFolder, 'LICENCES.md'), 'utf8');
  const rows = text.split('\n').filter((line) => line.startsWith('| ') && line.includes('.jpg |'));
  return rows.map((row) => {
    const cells = row.split('|').map((cell) => cell.trim());
    const [, file = '', author = '', licence = '', source = '', path = ''] = cells;
    if (cells.length !== 7 || [file, author, licence, source, path].includes('')) {
      throw new Error(`Expected file, author, licence, package and path in a row of LICENCES.md but found ${row}`);
    }
    return { file, author, licence, source, path };
  });
}
