import { join } from 'node:path';
import { makeFolder } from '../files/make-folder.node.ts';
import { previewPath, previewPhotographPath } from '../files/preview-files.node.ts';
import { writeWholeFile } from '../files/write-file.node.ts';
import { styleAsset } from '../report/page-assets.node.ts';
import { encodeReportPicture, type ReportPicture } from '../report/report-pictures.node.ts';
import { contactSheetPage, type NamedPicture, type SheetCell } from './contact-sheet-page.ts';
import type { CellRecord } from './sweep-cell.ts';

/** Pixels of the long side of a cell's first preview, and of the painting. */
const largeSide = 512;
/** Pixels of the long side of a cell's other previews, and of the photographs. */
const smallSide = 256;

/**
 * Writes DIR/contact-sheet.html anew, complete or not at all: every cell's pictures beside each other.
 * @returns its path
 * @throws if the folder cannot be written to
 */
export async function writeContactSheet(folder: string, records: readonly CellRecord[]): Promise<string> {
  const [first] = records;
  if (!first) throw new Error('Expected a sweep with cells but received none');
  const { style, styleCrop, styleName } = first.cell.configuration;
  const cells: SheetCell[] = [];
  for (const record of records) cells.push({ record, previews: await encodePreviews(record) });
  const page = contactSheetPage(
    {
      styleName,
      painting: await encodeReportPicture(style, largeSide, styleCrop),
      photographs: await photographsOf(records),
      cells,
    },
    await styleAsset(new URL('contact-sheet.css', import.meta.url)),
  );
  const path = join(folder, 'contact-sheet.html');
  await makeFolder(folder);
  await writeWholeFile(path, page);
  return path;
}

/** What the cell makes of each preview photograph, at the last step for which there is one. */
async function encodePreviews({ cell, run }: CellRecord): Promise<readonly NamedPicture[]> {
  const pictures = (run?.previews ?? []).map(async ({ name, steps }, index) => {
    const path = previewPath(cell.folder, name, steps.at(-1) ?? 0);
    return named(name, await encodeReportPicture(path, index === 0 ? largeSide : smallSide));
  });
  return (await Promise.all(pictures)).filter((picture) => picture !== null);
}

/** The photographs of the first cell that has any: they are the same in all. */
async function photographsOf(records: readonly CellRecord[]): Promise<readonly NamedPicture[]> {
  const record = records.find(({ run }) => run !== null && run.previews.length > 0);
  const pictures = (record?.run?.previews ?? []).map(async ({ name }) => {
    const path = previewPhotographPath(record?.cell.folder ?? '', name);
    return named(name, await encodeReportPicture(path, smallSide));
  });
  return (await Promise.all(pictures)).filter((picture) => picture !== null);
}

function named(name: string, picture: ReportPicture | null): NamedPicture | null {
  return picture && { name, picture };
}
