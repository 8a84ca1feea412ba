import { readdir, rm } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { UsageError } from '../../src/cli/shared/exit.ts';
import { report } from '../../src/cli/shared/options.ts';
import { readStyles } from '../../src/cli/styles/run.ts';
import { requireBytes } from '../../src/cli/stylize/file-budget.ts';
import { PicturesProgress } from '../../src/cli/stylize/pictures-progress.ts';
import { choosePhotographs } from '../../src/dataset/sample-photographs.node.ts';
import { makeFolder } from '../../src/files/make-folder.node.ts';
import { writeWholeFile } from '../../src/files/write-file.node.ts';
import { decodeWithin } from '../../src/image/decode.node.ts';
import { encodeBytes, writePictureFile } from '../../src/image/encode.node.ts';
import type { Picture } from '../../src/image/picture.ts';
import { placeInCorner, placeInGrid } from '../../src/image/picture-grid.node.ts';
import { resizePicture } from '../../src/image/resize.node.ts';
import { loadStylizer } from '../../src/infer/open-stylizer.node.ts';
import { findPainting } from '../../src/infer/shipped-styles.node.ts';
import type { NamedStyle } from '../../src/report/styles-page/styles-page.ts';
import { galleryPage, openingName, paintingName, pictureName, picturesFolder, type ShownStyle } from './page.ts';

/** The flags of `impasto gallery`. */
export interface GalleryArguments {
  readonly out: string;
  readonly from: string | undefined;
  readonly photographs: readonly string[] | undefined;
  readonly maxSide: number;
  readonly threads: number | undefined;
}

/** What all pictures may take together: they lie in a repository. */
const mostBytes = 6e6;
const quality = 80;
/** The long side of a painting's copy, in pixels. */
const paintingSide = 288;

/** The styles of the opening picture, of those that there are, and how it shows them. */
const openingStyles = ['starry-night', 'composition-vii', 'mosaic', 'woodcut', 'wave', 'udnie'];
const opening = { columns: 3, width: 480 } as const;

/** A photograph under the name that its pictures have. */
interface NamedPhotograph {
  readonly name: string;
  readonly photograph: Picture;
}

/** A style and its painting, if that lies beside it. */
interface PaintedStyle {
  readonly style: NamedStyle;
  readonly painting: Picture | undefined;
}

/**
 * Paints photographs in all styles of a folder and writes OUT/gallery.md and OUT/gallery/*.jpg, in place of an earlier
 * gallery. One of the pictures, opening.jpg, shows the first photograph in several styles. Nothing is written before all is painted. Same styles and photographs, same bytes.
 * @throws if there are no styles, a photograph cannot be read, or the pictures take more than 6 MB
 */
export async function runGallery(flags: GalleryArguments, json: boolean): Promise<void> {
  const { out } = flags;
  const styles = await Promise.all((await readStyles(flags.from)).map(withPainting));
  const photographs = await readPhotographs(await choosePhotographs(flags.photographs), flags.maxSide);
  const pictures = await paintAll(styles, photographs, flags.threads);
  const bytes = requireBytes(pictures, mostBytes, 'set a smaller --max-side');
  await writePictures(join(out, picturesFolder), pictures);
  const page = join(out, 'gallery.md');
  const names = photographs.map(({ name }) => name);
  const shown = styles.map(({ style, painting }): ShownStyle => ({ ...style, hasPainting: painting !== undefined }));
  await writeWholeFile(page, galleryPage(shown, names));
  const result = { page, styles: shown.map(({ name }) => name), photographs: names, pictures: pictures.size, bytes };
  report(result, `${page} shows ${pictures.size} pictures (${(bytes / 1e6).toFixed(1)} MB)`, json);
}

async function readPhotographs(files: readonly string[], maxSide: number): Promise<readonly NamedPhotograph[]> {
  const photographs: NamedPhotograph[] = [];
  for (const file of files) {
    const name = basename(file, extname(file));
    if (photographs.some((other) => other.name === name)) {
      throw new UsageError(`Expected photographs of different names but received two called ${name}`);
    }
    photographs.push({ name, photograph: await decodeWithin(file, { longSide: maxSide }) });
  }
  return photographs;
}

async function withPainting(style: NamedStyle): Promise<PaintedStyle> {
  const file = await findPainting(style);
  return { style, painting: file === undefined ? undefined : await decodeWithin(file, { longSide: paintingSide }) };
}

/**
 * The encoded pictures by their names: each photograph as it is and in each style, the paintings, and the opening picture.
 * On the CPU, so that all are alike.
 */
async function paintAll(
  styles: readonly PaintedStyle[],
  photographs: readonly NamedPhotograph[],
  threads: number | undefined,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const pictures = new Map<string, Uint8Array>();
  const add = async (file: string, picture: Picture) => {
    pictures.set(file, await encodeBytes(picture, file, { quality }));
  };
  const openings = new Map<string, Picture>();
  const progress = new PicturesProgress(styles.length * photographs.length);
  progress.start();
  try {
    for (const { name, photograph } of photographs) await add(pictureName(name), photograph);
    for (const { style, painting } of styles) {
      if (painting) await add(paintingName(style.name), painting);
      const { stylizer } = await loadStylizer(style.path, { device: 'cpu', threads });
      try {
        for (const [index, { name, photograph }] of photographs.entries()) {
          const painted = await stylizer.stylize(photograph);
          await add(pictureName(name, style.name), painted);
          if (index === 0) openings.set(style.name, await openingPicture(painted, painting));
          progress.done();
        }
      } finally {
        await stylizer.release();
      }
    }
    const chosen = openingStyles.flatMap((name) => openings.get(name) ?? []);
    if (chosen.length > 0) await add(openingName, await placeInGrid(chosen, opening.columns));
  } finally {
    progress.end();
  }
  return pictures;
}

/** A painted photograph as the opening picture shows it: the painting small in a corner. */
async function openingPicture(painted: Picture, painting: Picture | undefined): Promise<Picture> {
  const { width } = opening;
  const height = Math.round((width * painted.height) / painted.width);
  const reduced = await resizePicture(painted, { width, height }, 'fill');
  return painting ? placeInCorner(reduced, painting) : reduced;
}

/** Writes the pictures and removes those of an earlier gallery that are not among them. */
async function writePictures(folder: string, pictures: ReadonlyMap<string, Uint8Array>): Promise<void> {
  await makeFolder(folder);
  for (const [name, encoded] of pictures) await writePictureFile(join(folder, name), encoded);
  const others = (await readdir(folder)).filter((file) => extname(file) === '.jpg' && !pictures.has(file));
  for (const file of others) await rm(join(folder, file));
}
