import { createStylizer, stylizeFile } from '../../src/infer/index.node.ts';
import { peakMegabytes } from '../measure.ts';

/* Paints one file in a process of its own, and prints the seconds and the peak of its resident memory. */
const [model = '', input = '', output = '', threads = '1'] = process.argv.slice(2);
const stylizer = await createStylizer(model, { device: 'cpu', threads: Number(threads) });
const begun = performance.now();
await stylizeFile(stylizer, input, output, { pixelLimit: Number.POSITIVE_INFINITY });
const seconds = (performance.now() - begun) / 1000;
await stylizer.release();
process.stdout.write(JSON.stringify({ seconds, peakMegabytes: peakMegabytes() }));
