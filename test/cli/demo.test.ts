import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { DemoPlan } from '../../src/cli/demo/plan.ts';
import { runDemo } from '../../src/cli/demo/run.ts';
import { InterruptedError, UsageError } from '../../src/cli/shared/exit.ts';
import { newConfiguration } from '../../src/cli/train/configuration.ts';
import { psnr } from '../../src/image/compare.ts';
import { decodePicture, pictureSize } from '../../src/image/decode.node.ts';
import { loadStylizer } from '../../src/infer/open-stylizer.node.ts';
import { createWritingSession } from '../../src/infer/session.node.ts';
import { runTraining } from '../../src/train/run/run-training.node.ts';
import { captureOutput } from '../helpers/command-line.ts';
import { smallRun, stateIn } from '../helpers/small-run.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { makePhotographs, writePatternVgg } from '../helpers/training-files.ts';

const machine = { device: 'cpu', threads: 1 } as const;

/** A plan of three steps on small made-up files. */
async function smallPlan(): Promise<{ readonly plan: DemoPlan; readonly out: string }> {
  const root = await temporaryFolder();
  const content = await makePhotographs(join(root, 'photographs'), 3);
  const photograph = join(content, 'photograph-2.png');
  const training = {
    style: join(content, 'photograph-0.png'),
    content,
    lossNetwork: await writePatternVgg(root, 'relu4_1'),
    ...{ channels: 2, steps: 3, batch: 1, size: 64, styleSize: 64, checkpointEvery: 100, preview: [photograph] },
  };
  return { plan: { training, photograph }, out: join(root, 'demo') };
}

async function stepsIn(out: string): Promise<readonly number[]> {
  const lines = (await readFile(join(out, 'metrics.jsonl'), 'utf8')).trim().split('\n');
  return lines.map((line) => JSON.parse(line).step);
}

describe('impasto demo', () => {
  it('trains, paints the photograph and shows it beside the painting; the second time it only paints', async () => {
    const { plan, out } = await smallPlan();
    const demo = () => captureOutput(() => runDemo(plan, { out, ...machine }, true));
    const { stdout } = await demo();
    const result = JSON.parse(stdout);
    expect(result).toEqual({
      model: join(out, 'model.onnx'),
      stylized: join(out, 'stylized.jpg'),
      contactSheet: join(out, 'contact-sheet.jpg'),
      steps: 3,
    });
    expect(await stepsIn(out)).toEqual([1, 2, 3]);
    const { stylizer } = await loadStylizer(result.model, machine);
    const painted = await stylizer.stylize(await decodePicture(plan.photograph));
    await stylizer.release();
    expect(psnr(await decodePicture(result.stylized), painted)).toBeGreaterThan(30);
    const { width, height } = await pictureSize(result.contactSheet);
    expect({ isWide: width > 3 * height, height }).toEqual({ isWide: true, height: 400 });

    const model = await readFile(result.model);
    const again = await demo();
    expect(JSON.parse(again.stdout)).toEqual(result);
    expect(again.stderr).toContain(`${out} holds the style, trained before; remove it to begin anew\n`);
    expect((await readFile(result.model)).equals(model)).toBe(true);

    const other = { ...plan, training: { ...plan.training, steps: 4 } };
    const contradiction = captureOutput(() => runDemo(other, { out, ...machine }, false));
    await expect(contradiction).rejects.toThrow(/holds another run: remove it, or choose another --out .*--steps/);
    await expect(contradiction).rejects.toThrow(UsageError);
  });

  it('saves and says so when it is interrupted', async () => {
    const { plan, out } = await smallPlan();
    const long = { ...plan, training: { ...plan.training, steps: 1000 } };
    const demo = captureOutput(() => runDemo(long, { out, ...machine }, false));
    const ended = expect(demo).rejects.toThrow(
      /^stopped after step \d+ of 1000, all saved; start the demo again to go on$/,
    );
    while ((await stepsIn(out).catch(() => [])).length === 0) await setTimeout(10);
    process.emit('SIGTERM');
    await ended;
    await expect(demo).rejects.toThrow(InterruptedError);
    const steps = await stepsIn(out);
    expect((await stateIn(out)).step).toBe(steps.length);
    await expect(readFile(join(out, 'stylized.jpg'))).rejects.toThrow('ENOENT');
  });

  it('goes on where it was stopped', async () => {
    const { plan, out } = await smallPlan();
    const stop = new AbortController();
    await runTraining({
      ...(await smallRun()),
      configuration: await newConfiguration({ ...plan.training, device: 'cpu' }),
      out,
      createSession: (model) => createWritingSession(model, machine),
      signal: stop.signal,
      onStep: () => stop.abort(),
    });
    expect(await stepsIn(out)).toEqual([1]);
    const { stderr, stdout } = await captureOutput(() => runDemo(plan, { out, ...machine }, false));
    expect(stderr).toContain('from step 1');
    expect(await stepsIn(out)).toEqual([1, 2, 3]);
    expect(stdout).toContain(`The photograph is painted: ${join(out, 'stylized.jpg')}\n`);
  });
});
