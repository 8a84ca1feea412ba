import { cpus } from 'node:os';
import { join } from 'node:path';
import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';

const shared = process.env.IMPASTO_SHARED ?? '../shared';

const { _: names, ...options } = await yargs(hideBin(process.argv))
  .scriptName('bench')
  .usage(
    '$0 <train-step|cuda|loss-network|agreement|profile|infer|tiles|video|web|web-training|data|peer|panel|measures|objective|frames|grid>: measurements that print JSON',
  )
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
  .option('students', {
    type: 'string',
    array: true,
    default: ['vgg19-lite'],
    describe: 'agreement: the loss networks that are held against --loss-network',
  })
  .option('python', { type: 'string', default: 'python3', describe: 'A Python that has PyTorch' })
  .option('chromium', { type: 'string', default: '/usr/bin/chromium', describe: 'web, web-training: the browser' })
  .option('pairs', {
    type: 'string',
    describe: 'panel: JSON, [{photograph, painting, pictures: {SYSTEM: FILE, SYSTEM: FILE}}, …]',
  })
  .option('out', { type: 'string', describe: 'panel, objective: the folder for the page and the pictures' })
  .option('seed', { type: 'number', default: 1, describe: 'panel: of the order and the sides' })
  .option('key', { type: 'string', describe: 'panel: who painted what; by default beside the folder' })
  .option('answers', { type: 'string', array: true, describe: 'panel: files of answers to count, one a reader' })
  .option('photograph', {
    type: 'string',
    default: join(shared, 'data/content/chicago.jpg'),
    describe: 'objective: the photograph to paint',
  })
  .option('pictures', {
    type: 'string',
    default: join(shared, 'data/paintings'),
    describe: 'frames, agreement: the folder of paintings; grid: of stylized pictures',
  })
  .option('paintings', { type: 'string', array: true, describe: 'objective: paintings, each with every candidate' })
  .option('iterations', { type: 'number', default: 120, describe: 'objective: of each picture' })
  .option('preferences', {
    type: 'string',
    describe: 'measures: JSON, [{photograph, painting, better, worse, source}, …], paths from its folder on',
  })
  .option('style-size', { type: 'number', default: 384, describe: 'measures: short side of the paintings' })
  .option('faults', { type: 'boolean', default: false, describe: 'measures: spoilt copies of the better pictures too' })
  .demandCommand(1, 1)
  .strictOptions()
  .parseAsync();

// Loaded when asked for: a bench needs no other's browser, ffmpeg or models.
const benches = new Map<string, () => Promise<object>>([
  ['train-step', async () => (await import('./train-step/index.ts')).benchTrainStep(options)],
  ['cuda', async () => (await import('./cuda/index.ts')).benchCuda(options)],
  ['loss-network', async () => (await import('./loss-network/index.ts')).benchLossNetwork(options)],
  [
    'agreement',
    async () => {
      const { benchAgreement } = await import('./loss-network/agreement.ts');
      const { students, lossNetwork: teacher, threads } = options;
      const pictures = { photographs: join(shared, 'data/photos/varied'), paintings: options.pictures };
      return benchAgreement({ students, teacher, pictures, count: 20, threads });
    },
  ],
  ['profile', async () => (await import('./profile/index.ts')).benchProfile(options)],
  ['infer', async () => (await import('./infer/index.ts')).benchInfer(options)],
  ['tiles', async () => (await import('./tiles/index.ts')).benchTiles(options)],
  ['video', async () => (await import('./video/index.ts')).benchVideo(options)],
  ['web', async () => (await import('./web/index.ts')).benchWeb(options)],
  ['web-training', async () => (await import('./web/training.ts')).benchWebTraining(options)],
  ['peer', async () => (await import('./peer/index.ts')).benchPeer(options)],
  ['panel', async () => (await import('./panel/index.ts')).benchPanel(options)],
  ['frames', async () => (await import('./frames/index.ts')).benchFrames(options)],
  ['objective', async () => (await import('./objective/index.ts')).benchObjective(options)],
  ['grid', async () => (await import('./grid/index.ts')).benchGrid(options)],
  ['measures', async () => (await import('./measures/index.ts')).benchMeasures(options)],
  ['data', async () => (await import('./data/index.ts')).benchData(options)],
]);
const bench = benches.get(String(names[0]));
if (!bench) throw new Error(`Expected one of ${[...benches.keys()].join(', ')} but received ${names[0]}`);
process.stdout.write(`${JSON.stringify(await bench(), null, 2)}\n`);
