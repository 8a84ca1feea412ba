// node stylize.mjs STYLE.onnx PHOTOGRAPH PAINTING
import ort from 'onnxruntime-node';
import sharp from 'sharp';

const [style, photograph, painting] = process.argv.slice(2);

const session = await ort.InferenceSession.create(style);
const { data, info } = await sharp(photograph).autoOrient().ensureAlpha().raw().toBuffer({ resolveWithObject: true });
const { width, height } = info;
const image = new ort.Tensor('uint8', data, [1, height, width, 4]);
const { stylized } = await session.run({ image });
await sharp(stylized.data, { raw: { width, height, channels: 4 } }).toFile(painting);
