import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { onTestFinished } from 'vitest';

const runFile = promisify(execFile);

/** A program in place of Yarn: it writes what it was given into the folder it was started in, and fails if told to. */
const program = `#!/usr/bin/env node
const { existsSync, writeFileSync } = require('node:fs');
const variables = Object.fromEntries(Object.entries(process.env).filter(([name]) => name.startsWith('YARN_')));
writeFileSync('received.json', JSON.stringify({ argv: process.argv.slice(2), variables }));
process.exitCode = existsSync('fails') ? 3 : 0;
`;

/**
 * Serves a registry on this machine, for the current test: it has Yarn's package alone, of one version, for who sends the
 * header; everybody else is refused.
 * @param authorization the header
 * @returns its address, which ends in a path
 */
export async function serveRegistry(folder: string, version: string, authorization: string): Promise<string> {
  const source = join(folder, 'package');
  await mkdir(source);
  const description = { name: '@yarnpkg/cli-dist', version, bin: { yarn: 'yarn.js' } };
  await writeFile(join(source, 'package.json'), JSON.stringify(description));
  await writeFile(join(source, 'yarn.js'), program);
  await runFile('tar', ['-czf', 'yarn.tgz', 'package'], { cwd: folder });
  const tarball = await readFile(join(folder, 'yarn.tgz'));
  const integrity = `sha512-${createHash('sha512').update(tarball).digest('base64')}`;

  const server = createServer(({ url = '', headers }, response) => {
    if (headers.authorization !== authorization) response.writeHead(401).end();
    else if (/^\/a\/mirror\/npm\/@yarnpkg(%2f|\/)cli-dist$/i.test(url)) {
      const dist = { tarball: `${address}yarn.tgz`, integrity };
      const versions = { [version]: { ...description, dist } };
      response.end(JSON.stringify({ name: description.name, 'dist-tags': { latest: version }, versions }));
    } else if (url === '/a/mirror/npm/yarn.tgz') response.end(tarball);
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
  });
  const address = `http://127.0.0.1:${portOf(server.address())}/a/mirror/npm/`;
  return address;
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error(`Expected a port but received ${address}`);
  return address.port;
}
