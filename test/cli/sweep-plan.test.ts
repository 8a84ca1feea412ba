import { join } from 'node:path';
import { expect, it } from 'vitest';
import { planSweep, type SweepArguments } from '../../src/cli/sweep/plan.ts';
import { encodePicture } from '../../src/image/encode.node.ts';
import { framedPicture, smoothPicture } from '../helpers/pictures.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { noFlags } from '../helpers/training-flags.ts';

it('every cell learns the same part of the painting', async () => {
  const folder = await temporaryFolder();
  const style = join(folder, 'framed.png');
  await encodePicture(framedPicture(smoothPicture(300, 220), 20), style);
  const flags: SweepArguments = {
    ...noFlags,
    ...{ style, content: folder, out: join(folder, 'sweep'), device: 'cpu', threads: 1, steps: 2 },
    ...{ styleWeights: '4,12', styleSizes: '64,96' },
  };
  const crops = async (noCrop: boolean | undefined) => {
    const { cells } = await planSweep({ ...flags, noCrop });
    return cells.map(({ configuration }) => configuration.styleCrop);
  };
  const [first, ...others] = await crops(undefined);
  expect(first).toMatchObject({ left: expect.any(Number), width: expect.any(Number) });
  expect(others).toEqual([first, first, first]);
  expect(await crops(true)).toEqual([undefined, undefined, undefined, undefined]);
});
