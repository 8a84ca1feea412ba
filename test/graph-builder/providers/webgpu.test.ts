import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { swiftShaderDriver } from '../../helpers/swiftshader.ts';
import { providerCases } from './provider-cases.ts';
import { isWebGpuOutcome, type WebGpuOutcome } from './webgpu-outcome.ts';

const chosen = providerCases.filter(({ on }) => on === 'all');
const script = join(import.meta.dirname, 'webgpu-process.ts');

/** Runs all chosen cases on SwiftShader, in a process of its own. */
async function runOnWebGpu(driver: string): Promise<{
  readonly outcomes: ReadonlyMap<string, WebGpuOutcome>;
  readonly ending: string;
}> {
  const child = spawn(process.execPath, ['--import', 'tsx', script], {
    env: { ...process.env, VK_DRIVER_FILES: driver },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const status = await new Promise<string>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(signal ?? `exit code ${code}`));
  });
  const outcomes = output.split('\n').flatMap((line) => {
    const outcome: unknown = line === '' ? null : JSON.parse(line);
    return isWebGpuOutcome(outcome) ? [[outcome.name, outcome] as const] : [];
  });
  return { outcomes: new Map(outcomes), ending: `${status}\n${errors}` };
}

describe.skipIf(!swiftShaderDriver)('the WebGPU provider on SwiftShader against the CPU provider', () => {
  let outcomes: ReadonlyMap<string, WebGpuOutcome> = new Map();
  let ending = '';

  beforeAll(async () => {
    ({ outcomes, ending } = await runOnWebGpu(swiftShaderDriver ?? ''));
  }, 300_000);

  it.for(chosen)('$name', ({ name }, { skip }) => {
    const outcome = outcomes.get(name);
    if (!outcome) expect.fail(`the process ended before this case was done: ${ending}`);
    skip(outcome.failure?.includes('Failed to get a WebGPU adapter') === true, 'no Vulkan loader: install libvulkan1');
    expect(outcome.failure).toBeUndefined();
    expect(outcome.relativeError).toBeLessThanOrEqual(1e-4);
  });

  it('ends without a crash', () => {
    expect(ending).toMatch(/^exit code 0/);
  });
});
