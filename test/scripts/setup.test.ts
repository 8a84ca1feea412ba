import { execFile } from 'node:child_process';
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { serveRegistry } from './npm-registry.ts';

const repository = join(import.meta.dirname, '../..');

/** What a process came to. */
interface Outcome {
  readonly code: unknown;
  readonly stderr: string;
}

/** A folder with the script and no packages, on a machine whose npm is set to a registry with a token. */
async function freshMachine({ registry = 'https://elsewhere.invalid/', node = '>=20' } = {}) {
  const [project, home] = await Promise.all([temporaryFolder(), temporaryFolder()]);
  await cp(join(repository, 'scripts'), join(project, 'scripts'), { recursive: true });
  const { scripts } = JSON.parse(await readFile(join(repository, 'package.json'), 'utf8'));
  const description = { scripts, packageManager: 'yarn@4.0.1', engines: { node } };
  await writeFile(join(project, 'package.json'), JSON.stringify(description));
  const token = `${registry.replace(/^https?:/, '')}:_authToken=secret`;
  await writeFile(join(home, '.npmrc'), `registry=${registry}\n${token}\n`);
  const env = {
    PATH: process.env.PATH,
    HOME: home,
    npm_config_globalconfig: join(home, 'none'),
    YARN_NPM_REGISTRY_SERVER: 'https://elsewhere.invalid',
  };
  const run = (program: string, ...argv: readonly string[]): Promise<Outcome> =>
    new Promise((resolve) => {
      execFile(program, argv, { cwd: project, env }, (error, _, stderr) => resolve({ code: error?.code ?? 0, stderr }));
    });
  return { project, run };
}

// Where others have the cores, npm alone takes long to start.
const timeout = 300_000;

it(
  'npm fetches the pinned Yarn from the registry it is set to, and Yarn is handed that registry',
  async () => {
    const registry = await serveRegistry(await temporaryFolder(), '4.0.1', 'Bearer secret');
    const { project, run } = await freshMachine({ registry });
    expect(await run('npm', 'run', 'setup')).toMatchObject({ code: 0 });
    expect(JSON.parse(await readFile(join(project, 'received.json'), 'utf8'))).toEqual({
      argv: ['install', '--immutable'],
      variables: {
        YARN_NPM_REGISTRY_SERVER: registry.slice(0, -1),
        YARN_UNSAFE_HTTP_WHITELIST: '127.0.0.1',
        YARN_NPM_ALWAYS_AUTH: 'true',
        YARN_NPM_AUTH_TOKEN: 'secret',
      },
    });
    await writeFile(join(project, 'fails'), '');
    expect(await run('npm', 'run', 'setup')).toMatchObject({ code: 1, stderr: expect.stringContaining('yarn@4.0.1') });
  },
  timeout,
);

it('says so where Node is too old, or npm did not start it', async () => {
  const [old, other] = [await freshMachine({ node: '>=999' }), await freshMachine()];
  const start = ['node', 'scripts/setup.mjs'] as const;
  expect(await old.run(...start)).toMatchObject({ code: 1, stderr: expect.stringContaining('Node 999') });
  expect(await other.run(...start)).toMatchObject({ code: 1, stderr: expect.stringContaining('npm run setup') });
});
