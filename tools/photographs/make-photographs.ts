import { join } from 'node:path';
import sharp from 'sharp';
import { writeWholeFile } from '../../src/files/write-file.node.ts';
import { decodeResized, type PictureFile, readPictureFile } from '../../src/image/decode.node.ts';
import { CHANNELS } from '../../src/image/picture.ts';
import { photographsFolder, readPhotographTable } from './photograph-table.ts';
import { readQtResource } from './qt-resources.ts';

const SHORT_SIDE = 352;

const [packages] = process.argv.slice(2);
if (packages === undefined) throw new Error('Expected the folder of the unpacked packages as the only argument');

for (const { file, source, path } of await readPhotographTable()) {
  const [name = ''] = source.split(' ');
  const original = await readOriginal(join(packages, name, path));
  const { width, height, data } = await decodeResized(original, { shortSide: SHORT_SIDE });
  const photograph = sharp(data, { raw: { width, height, channels: CHANNELS } });
  await writeWholeFile(join(photographsFolder, file), await photograph.jpeg({ quality: 90, mozjpeg: true }).toBuffer());
}

/** Reads a picture file, or the one in a Qt resource file that the path leads through. */
async function readOriginal(path: string): Promise<PictureFile> {
  const [container = '', resource] = path.split(/(?<=\.rcc)\//);
  const file = await readPictureFile(container);
  return resource === undefined ? file : { ...file, path, bytes: readQtResource(Buffer.from(file.bytes), resource) };
}
