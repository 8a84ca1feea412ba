import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface, type Interface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

const resultSchema = z.object({ seconds: z.number(), peakBytes: z.number() });
const readySchema = z.object({ ready: z.literal(true), torch: z.string(), threads: z.number() });

/**
 * `plain`: nn.InstanceNorm2d and the system's memory allocator, as PyTorch is commonly used. `tuned`: instance
 * normalisation by way of group normalisation, and an allocator that keeps freed memory.
 */
export type ReferenceSetting = 'plain' | 'tuned';

const settingFlags: Readonly<Record<ReferenceSetting, readonly string[]>> = {
  plain: ['--normalisation', 'instance', '--no-keep-memory'],
  tuned: ['--normalisation', 'group', '--keep-memory'],
};

/**
 * PyTorch in a process of its own, which does one step each time it is told to: so the two systems alternate within one
 * run, and a machine whose speed drifts slows both.
 */
export class ReferenceProcess {
  /** The most memory that the process has held resident so far. */
  peakMegabytes = 0;
  private readonly child: ChildProcess;
  private readonly lines: AsyncIterator<string>;
  private readonly reader: Interface;

  /**
   * @param script path of the Python file below bench/
   * @param python the interpreter that has PyTorch
   */
  constructor(
    script: string,
    setting: ReferenceSetting,
    parameters: Readonly<Record<string, string | number>>,
    python: string,
  ) {
    const named = Object.entries(parameters).flatMap(([name, value]) => [`--${name}`, String(value)]);
    const flags = [...named, ...settingFlags[setting]];
    const path = fileURLToPath(new URL(script, import.meta.url));
    this.child = spawn(python, [path, ...flags], { stdio: ['pipe', 'pipe', 'inherit'] });
    const { stdout } = this.child;
    if (!stdout) throw new Error('Expected the reference process to have an output');
    this.reader = createInterface(stdout);
    this.lines = this.reader[Symbol.asyncIterator]();
  }

  /** Waits until the reference is loaded, and tells which PyTorch it is. */
  async ready(): Promise<{ readonly torch: string; readonly threads: number }> {
    return readySchema.parse(await this.nextLine());
  }

  /** Does one step; the seconds it took. */
  async step(): Promise<number> {
    this.child.stdin?.write('step\n');
    const { seconds, peakBytes } = resultSchema.parse(await this.nextLine());
    this.peakMegabytes = peakBytes / 1e6;
    return seconds;
  }

  quit(): void {
    this.child.stdin?.end('quit\n');
    this.reader.close();
  }

  private async nextLine(): Promise<unknown> {
    const { value, done } = await this.lines.next();
    if (done) throw new Error('The PyTorch process ended; is --python an interpreter that has PyTorch?');
    return JSON.parse(value);
  }
}
