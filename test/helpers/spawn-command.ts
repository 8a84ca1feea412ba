import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { CommandResult } from './command-line.ts';

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

/** A command line in a process of its own, and what it came to. */
export interface SpawnedCommand {
  readonly process: ChildProcess;
  readonly result: Promise<CommandResult>;
}

/** Starts one command line in a process of its own, for what concerns whole processes: signals and the environment. */
export function spawnCommand(
  argv: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): SpawnedCommand {
  const child = spawn(process.execPath, ['--import', 'tsx', main, ...argv], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...environment },
  });
  const written = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => {
    written.stdout += String(chunk);
  });
  child.stderr.on('data', (chunk) => {
    written.stderr += String(chunk);
  });
  const result = new Promise<CommandResult>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      if (code === null) reject(new Error(`Expected an exit code but ${signal} ended the process`));
      else resolve({ code, ...written });
    });
  });
  return { process: child, result };
}
