import { readdir, rm } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { decodeWithin } from '../image/decode.node.ts';
import { encodeBytes, writePictureFile } from '../image/encode.node.ts';
import { makeFolder } from '../image/make-folder.node.ts';
import type { Picture } from '../image/picture.ts';
import { writeWholeFile } from '../image/write-file.node.ts';
import { loadStylizer } from '../infer/index.node.ts';
import type { NamedStyle } from '../train/styles/styles-page.ts';
import { UsageError } from './exit.ts';
import { requireBytes } from './file-budget.ts';
import { galleryPage, pictureName, picturesFolder } from './gallery-page.ts';
import { report } from './options.ts';
import { PicturesProgress } from './pictures-progress.ts';
import { choosePhotographs } from './sample-photographs.ts';
import { readStyles } from './styles-run.ts';

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

/** A photograph under the name that its pictures have. */
interface NamedPhotograph {
  readonly name: string;
  readonly photograph: Picture;
}

/**
 * Paints photographs in all styles of a folder and writes OUT/gallery.md and OUT/gallery/*.jpg, in place of an earlier
 * gallery. Nothing is written before all is painted. Same styles and photographs, same bytes.
 * @throws if there are no styles, a photograph cannot be read, or the pictures take more than 6 MB
 */
export async function runGallery(flags: GalleryArguments, json: boolean): Promise<void> {
  const { out } = flags;
  const styles = await readStyles(flags.from);
  const photographs = await readPhotographs(await choosePhotographs(flags.photographs), flags.maxSide);
  const pictures = await paintAll(styles, photographs, flags.threads);
  const bytes = requireBytes(pictures, mostBytes, 'set a smaller --max-side');
  await writePictures(join(out, picturesFolder), pictures);
  const page = join(out, 'gallery.md');
  const names = photographs.map(({ name }) => name);
  await writeWholeFile(page, galleryPage(styles, names));
  const result = { page, styles: styles.map(({ name }) => name), photographs: names, pictures: pictures.size, bytes };
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

/** The encoded pictures by their names: each photograph as it is and in each style. On the CPU, so that all are alike. */
async function paintAll(
  styles: readonly NamedStyle[],
  photographs: readonly NamedPhotograph[],
  threads: number | undefined,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const pictures = new Map<string, Uint8Array>();
  const add = async (file: string, picture: Picture) => {
    pictures.set(file, await encodeBytes(picture, file, { quality }));
  };
  const progress = new PicturesProgress(styles.length * photographs.length);
  progress.start();
  try {
    for (const { name, photograph } of photographs) await add(pictureName(name), photograph);
    for (const style of styles) {
      const { stylizer } = await loadStylizer(style.path, { device: 'cpu', threads });
      try {
        for (const { name, photograph } of photographs) {
          await add(pictureName(name, style.name), await stylizer.stylize(photograph));
          progress.done();
        }
      } finally {
        await stylizer.release();
      }
    }
  } finally {
    progress.end();
  }
  return pictures;
}

/** Writes the pictures and removes those of an earlier gallery that are not among them. */
async function writePictures(folder: string, pictures: ReadonlyMap<string, Uint8Array>): Promise<void> {
  await makeFolder(folder);
  for (const [name, encoded] of pictures) await writePictureFile(join(folder, name), encoded);
  const others = (await readdir(folder)).filter((file) => extname(file) === '.jpg' && !pictures.has(file));
  for (const file of others) await rm(join(folder, file));
}
