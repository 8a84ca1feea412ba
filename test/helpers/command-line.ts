import { vi } from 'vitest';
import { run } from '../../src/cli/run.ts';
import { runTool } from '../../tools/run.ts';

/** What was written to the two streams. */
export interface Output {
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandResult extends Output {
  readonly code: number;
}

/** Runs one command line of impasto in this process and keeps what it wrote; one at a time. */
export function runCommandLine(...argv: readonly string[]): Promise<CommandResult> {
  return captureResult(() => run(argv));
}

/** The same of the tools. */
export function runToolLine(...argv: readonly string[]): Promise<CommandResult> {
  return captureResult(() => runTool(argv));
}

async function captureResult(work: () => Promise<number>): Promise<CommandResult> {
  let code = Number.NaN;
  const output = await captureOutput(async () => {
    code = await work();
  });
  return { code, ...output };
}

/** Does something in this process and keeps what it writes to the two streams. */
export async function captureOutput(work: () => Promise<void>): Promise<Output> {
  const written = { stdout: '', stderr: '' };
  const spies = (['stdout', 'stderr'] as const).map((name) =>
    vi.spyOn(process[name], 'write').mockImplementation((chunk) => {
      written[name] += String(chunk);
      return true;
    }),
  );
  try {
    await work();
    return written;
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}
