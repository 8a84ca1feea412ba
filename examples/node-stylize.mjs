// Paints a photograph: node node-stylize.mjs PHOTOGRAPH STYLE PAINTING
// STYLE is the name of a style that comes with impasto, or a model file (.onnx).
import { createStylizer, readPicture, writePicture } from 'impasto';

const [photograph, style, painting] = process.argv.slice(2);

const stylizer = await createStylizer(style);
const picture = await readPicture(photograph);
const painted = await stylizer.stylize(picture, {
  strength: 0.9,
  onProgress: (done, total) => console.log(`${done} of ${total} parts are painted`),
});
await writePicture(painted, painting);
await stylizer.release();
