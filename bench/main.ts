import { cpus } from 'node:os';
import { join } from 'node:path';
import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';
import { benchData } from './data/index.ts';
import { benchInfer } from './infer/index.ts';
import { benchLossNetwork } from './loss-network/index.ts';
import { benchPeer } from './peer/index.ts';
import { benchProfile } from './profile/index.ts';
import { benchTiles } from './tiles/index.ts';
import { benchTrainStep } from './train-step/index.ts';
import { benchVideo } from './video/index.ts';
import { benchWeb } from './web/index.ts';

const shared = process.env.IMPASTO_SHARED ?? '../shared';

const { _: names, ...options } = await yargs(hideBin(process.argv))
  .scriptName('bench')
  .usage('$0 <train-step|loss-network|profile|infer|tiles|video|web|data|peer>: measurements that print JSON')
  .option('channels', { type: 'number', default: 32 })
  .option('batch', { type: 'number', default: 4 })
  .option('size', { type: 'number', default: 256 })
  .option('threads', { type: 'number', default: cpus().length })
  .option('runs', { type: 'number', default: 7 })
  .option('photographs', { type: 'number', default: 2000, describe: 'data: how many to make' })
  .option('model', { type: 'string', describe: 'peer: our network of the mosaic; tiles, video: a style' })
  .option('width', { type: 'number', default: 7680, describe: 'tiles: of the picture' })
  .option('height', { type: 'number', default: 4320, describe: 'tiles: of the picture' })
  .option('loss-network', { type: 'string', default: join(shared, 'data/vgg19') })
  .option('python', { type: 'string', default: 'python3', describe: 'A Python that has PyTorch' })
  .option('chromium', { type: 'string', default: '/usr/bin/chromium', describe: 'web: the browser' })
  .demandCommand(1, 1)
  .strictOptions()
  .parseAsync();

const benches = new Map([
  ['train-step', () => benchTrainStep(options)],
  ['loss-network', () => benchLossNetwork(options)],
  ['profile', () => benchProfile(options)],
  ['infer', () => benchInfer(options)],
  ['tiles', () => benchTiles(options)],
  ['video', () => benchVideo(options)],
  ['web', () => benchWeb(options)],
  ['peer', () => benchPeer(options)],
  ['data', () => benchData(options)],
]);
const bench = benches.get(String(names[0]));
if (!bench) throw new Error(`Expected one of ${[...benches.keys()].join(', ')} but received ${names[0]}`);
process.stdout.write(`${JSON.stringify(await bench(), null, 2)}\n`);
