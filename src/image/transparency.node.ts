import { damagedPicture, openPicture, type PictureFile, readHeader, readPictureFile } from './decode.node.ts';
import { UnsuitablePictureError } from './unsuitable-picture.ts';

/** How much of a picture can be seen through: nothing, some pixels at least a little, or all of it wholly. */
export type Transparency = 'none' | 'partial' | 'whole';

/**
 * How transparent a picture file is. One without an alpha channel is not decoded.
 * @param source the file's path, or the file that was read from it
 * @throws PictureError as decodePicture does
 */
export async function readTransparency(source: string | PictureFile): Promise<Transparency> {
  const { bytes, path } = typeof source === 'string' ? await readPictureFile(source) : source;
  const { hasAlpha } = await readHeader(openPicture(bytes), path);
  if (!hasAlpha) return 'none';
  const { isOpaque, channels } = await openPicture(bytes)
    .stats()
    .catch((error: unknown) => {
      throw damagedPicture(path, error);
    });
  if (isOpaque) return 'none';
  return channels.at(-1)?.max === 0 ? 'whole' : 'partial';
}

/**
 * Says where transparency changes what is seen of a picture.
 * @param onNotice told one sentence if parts of it are transparent
 * @throws PictureError as decodePicture does
 * @throws UnsuitablePictureError if all of it is transparent
 */
export async function noticeTransparency(file: PictureFile, onNotice: (sentence: string) => void): Promise<void> {
  const transparency = await readTransparency(file);
  if (transparency === 'whole') {
    throw new UnsuitablePictureError(`Expected a picture in ${file.path} but all of it is transparent`);
  }
  if (transparency === 'partial') onNotice(`${file.path} is transparent in parts: they are taken for white`);
}
