// Paints a photograph of any size, file to file, in the memory of a tile:
// node node-stylize-file.mjs PHOTOGRAPH STYLE PAINTING
// 16 bits, transparency and metadata are kept where the painting's format has them. Stops on Ctrl-C, nothing left behind.
import { createStylizer, stylizeFile } from 'impasto';

const [photograph, style, painting] = process.argv.slice(2);

const stop = new AbortController();
process.once('SIGINT', () => stop.abort(new Error('stopped')));

const stylizer = await createStylizer(style);
try {
  await stylizeFile(stylizer, photograph, painting, { keepMetadata: true, signal: stop.signal });
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  await stylizer.release();
}
