import { type ExecFileException, execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect } from 'vitest';
import { z } from 'zod';

const repository = resolve(import.meta.dirname, '../..');
const runFile = promisify(execFile);

/** impasto as npm packs it, installed into an empty project that holds the examples. */
export interface InstalledPackage {
  /** The bytes of the packed file. */
  readonly tarball: Buffer;
  /** A path in the project. */
  readonly at: (...parts: readonly string[]) => string;
  /**
   * Runs a program in the project; what it wrote to stdout.
   * @throws with what it wrote if it fails
   */
  readonly run: (program: string, ...argv: readonly string[]) => Promise<string>;
}

const packedSchema = z.tuple([z.object({ filename: z.string() })]);

/** Builds, packs and installs impasto before the tests of a file; the function gives it to them. */
export function installedPackage(): () => InstalledPackage {
  let installed: InstalledPackage | undefined;
  let root: string | undefined;
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'impasto-package-'));
    const project = join(root, 'project');
    await runFile(process.execPath, ['--import', 'tsx', 'scripts/build-package.ts'], { cwd: repository });
    const pack = ['pack', '--ignore-scripts', '--json', '--pack-destination', root];
    const [{ filename }] = packedSchema.parse(JSON.parse((await runFile('npm', pack, { cwd: repository })).stdout));
    await cp(join(repository, 'examples'), project, { recursive: true });
    await writeFile(join(project, 'package.json'), '{ "private": true, "type": "module" }');
    const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'];
    await runFile('npm', ['install', ...options, join(root, filename)], { cwd: project });
    // Large, and of no use to Node: a page's author installs it beside impasto, here it is the repository's.
    const web = 'node_modules/onnxruntime-web';
    await symlink(join(repository, web), join(project, web));
    installed = {
      tarball: await readFile(join(root, filename)),
      at: (...parts) => join(project, ...parts),
      run: async (program, ...argv) => (await runFile(program, [...argv], { cwd: project }).catch(fail)).stdout,
    };
  }, 600_000);
  afterAll(() => root && rm(root, { recursive: true, force: true }));
  return () => installed ?? expect.fail('the package has not been installed');
}

function fail(error: ExecFileException): never {
  throw new Error(`${error.message}\n${error.stdout}`, { cause: error });
}
