import { extname } from 'node:path';
import { writeWholeFile } from '../../files/write-file.node.ts';
import { readModel } from '../../infer/open-stylizer.node.ts';
import { findStyles, resolveModel, shippedStylesFolder } from '../../infer/shipped-styles.node.ts';
import type { ExportOptions } from '../../lowering/export/export-passes.ts';
import { styleAsset } from '../../report/page-assets.node.ts';
import { type NamedStyle, stylesPage } from '../../report/styles-page/styles-page.ts';
import { readStyle, type StyleModel, shortRecipe } from '../../style-file/read-style.ts';
import { commandLine } from '../shared/command-line.ts';
import { UsageError } from '../shared/exit.ts';
import { report } from '../shared/options.ts';
import { formatTable } from '../shared/table.ts';
import { trainingCommand } from '../train/training-command.ts';

/** The flags of `impasto styles`. */
export interface StylesArguments {
  readonly style: string | undefined;
  readonly from: string | undefined;
  readonly sheet: string | undefined;
}

/** Reports the styles of a folder, or how one was trained; writes a page with their pictures where it is asked for. */
export async function runStyles({ style, from, sheet }: StylesArguments, json: boolean): Promise<void> {
  if (style !== undefined) return reportStyle(await readStyleFile(await resolveModel(style, from)), json);
  if (sheet !== undefined && extname(sheet).toLowerCase() !== '.html') {
    throw new UsageError(`Expected a path that ends in .html for --sheet but received ${sheet}`);
  }
  const styles = await readStyles(from);
  if (sheet !== undefined) {
    await writeSheet(sheet, styles);
    return report({ sheet, styles: styles.length }, `The styles are shown in ${sheet}`, json);
  }
  const result = styles.map(({ name, style: { recipe, bytes, ...rest } }) => {
    const { author, licence } = recipe;
    return { name, author, licence, bytes, version: rest.version, recipe: shortRecipe({ recipe, ...rest }) };
  });
  report({ styles: result }, formatTable([headings, ...styles.map(tableRow)]), json);
}

/**
 * The styles of a folder with what they say about themselves.
 * @throws if there are none, or one is not a model of impasto train
 */
export async function readStyles(from = shippedStylesFolder): Promise<readonly NamedStyle[]> {
  const files = await findStyles(from);
  if (files.length === 0) throw new Error(`Expected styles (.onnx) in ${from} but there are none`);
  return Promise.all(files.map(async ({ name, path }) => ({ name, path, style: await readStyleFile(path) })));
}

async function readStyleFile(path: string): Promise<StyleModel> {
  return readStyle(await readModel(path), path);
}

const headings = ['NAME', 'AUTHOR', 'LICENCE', 'SIZE', 'RECIPE'];

function tableRow({ name, style }: NamedStyle): readonly string[] {
  const { author, licence } = style.recipe;
  return [name, author || '–', licence || '–', `${Math.ceil(style.bytes / 1000)} kB`, shortRecipe(style)];
}

async function writeSheet(path: string, styles: readonly NamedStyle[]): Promise<void> {
  const asset = await styleAsset(new URL('../../report/styles-page/styles-page.css', import.meta.url));
  await writeWholeFile(path, stylesPage(styles, asset)).catch((error: Error) => {
    throw new Error(`Expected to write a page to ${path} but ${error.message}`, { cause: error });
  });
}

function exportFlags({ precision, size, io }: ExportOptions): readonly string[] {
  return [
    precision && ` --precision ${precision}`,
    size && ` --size ${size.width}x${size.height}`,
    io && ` --io ${io}`,
  ].filter((flag) => flag !== undefined);
}

function reportStyle({ recipe, training, bytes, version, exported }: StyleModel, json: boolean): void {
  const { styleName, author, licence, style, content, lossNetwork, steps } = recipe;
  const { step, photographs } = training;
  const command = trainingCommand(recipe);
  const exportOptions = exportFlags(exported);
  const credit = [styleName, author && `by ${author}`, licence].filter(Boolean).join(', ');
  const done = step < steps ? `${step} of ${steps} steps` : `${steps} steps`;
  const lines = [
    credit,
    `Trained by impasto ${version} for ${done} on`,
    `  the painting ${style} (SHA-256 ${training.painting}),`,
    `  the ${photographs.count} photographs of ${content} (SHA-256 of their names ${photographs.digest}),`,
    `  the loss network ${lossNetwork} (SHA-256 of its weights ${training.lossNetwork}).`,
    'To train it again, with the paths of your copies:',
    command,
    ...(exportOptions.length === 0
      ? []
      : [`and then: ${commandLine('export')} MODEL${exportOptions.join('')} --output FILE`]),
  ];
  const result = { name: styleName, author, licence, bytes, version, recipe, training, exported, command };
  report(result, lines.join('\n'), json);
}
