import { expect, it } from 'vitest';
import { type EndedTraining, reportTraining } from '../../src/cli/train/training-end.ts';
import { captureOutput } from '../helpers/command-line.ts';

const result = { model: 'runs/wave/model.onnx', step: 300, skipped: 0, idleShare: 0, last: undefined };
const asked: EndedTraining = {
  ...{ steps: 300, batchFromNothing: 4, out: 'runs/wave' },
  maxMinutes: undefined,
  stoppedByUser: false,
};

async function said(changes: Partial<EndedTraining>, model = result.model): Promise<string> {
  const ended = { ...asked, ...changes };
  const output = await captureOutput(async () => reportTraining({ ...result, model, step: ended.steps }, ended, false));
  return output.stdout;
}

it('a training ends with the command that paints with it', async () => {
  expect(await said({})).toContain('stylize PHOTO.jpg --model runs/wave/model.onnx\n');
  expect(await said({}, 'base.safetensors')).not.toContain('stylize');
});

it('a training from nothing that was too short to be good says so', async () => {
  expect(await said({})).not.toContain('short');
  expect(await said({ steps: 100 })).toContain('short training');
  expect(await said({ steps: 100, batchFromNothing: undefined })).not.toContain('short');
});
