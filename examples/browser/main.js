// Paints the photograph that is chosen. The style is public/style.onnx, beside this file.
import { createStylizer, readPicture, writePicture } from 'impasto';

/** @type {HTMLInputElement} */
const photograph = document.querySelector('#photograph');
/** @type {HTMLOutputElement} */
const message = document.querySelector('#message');
/** @type {HTMLImageElement} */
const painting = document.querySelector('#painting');

const stylizer = createStylizer('style.onnx');

photograph.addEventListener('change', async () => {
  try {
    message.value = 'Painting …';
    const picture = await readPicture(photograph.files[0]);
    const painted = await (await stylizer).stylize(picture);
    painting.src = URL.createObjectURL(await writePicture(painted, 'png'));
    message.value = `Painted on ${(await stylizer).device}.`;
  } catch (error) {
    message.value = error.message;
  }
});
