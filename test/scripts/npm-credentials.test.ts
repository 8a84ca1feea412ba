import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { readCredentials } from '../../scripts/npm-credentials.mjs';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

const registry = 'https://host.example:8443/a/npm/';

async function credentialsIn(...contents: readonly string[]) {
  const folder = await temporaryFolder();
  const files = contents.map((_, index) => join(folder, `${index}`));
  await Promise.all(contents.map((content, index) => writeFile(files[index] ?? '', content)));
  return readCredentials(registry, [...files, join(folder, 'missing')]);
}

it.each([
  ['of the whole path', '//host.example:8443/a/npm/:_authToken=t', { token: 't' }],
  ['of the whole path without its last stroke', '//host.example:8443/a/npm:_authToken=t', { token: 't' }],
  ['of the host alone', '//host.example:8443/:_authToken = t', { token: 't' }],
  ['the nearer ones', '//host.example:8443/:_authToken=far\n//host.example:8443/a/:_authToken=t', { token: 't' }],
  ['in quotation marks', '//host.example:8443/:_authToken="t;#="', { token: 't;#=' }],
  ['with padding and a comment', '//host.example:8443/:_auth=dTpw== ; mine', { ident: 'dTpw==' }],
  [
    'name and password',
    `//host.example:8443/:username=u\n//host.example:8443/:_password=${btoa('p:w')}`,
    { ident: btoa('u:p:w') },
  ],
  ['a name alone', '//host.example:8443/:username=u', undefined],
  ['in a comment', '; //host.example:8443/:_authToken=t\n#//host.example:8443/:_authToken=t', undefined],
  ['of another host', '//host.example/:_authToken=t\nregistry=https://host.example:8443/\n', undefined],
])('finds credentials: %s', async (_, content, expected) => {
  expect(await credentialsIn(content)).toEqual(expected);
});

it('takes the first file that has them, and the environment before all', async () => {
  const files = ['save-exact=true', '//host.example:8443/:_authToken=first', '//host.example:8443/:_authToken=second'];
  expect(await credentialsIn(...files)).toEqual({ token: 'first' });
  vi.stubEnv('npm_config_//host.example:8443/:_authToken', 'own');
  expect(await credentialsIn(...files)).toEqual({ token: 'own' });
});

it('puts in variables, and leaves those that are not set as npm does', async () => {
  vi.stubEnv('TOKEN_OF_TEST', 'secret');
  const variable = (name: string) => `\${${name}}`;
  const line = `//host.example:8443/:_authToken=a-${variable('TOKEN_OF_TEST')}-${variable('NOT_SET')}`;
  expect(await credentialsIn(line)).toEqual({ token: `a-secret-${variable('NOT_SET')}` });
});
