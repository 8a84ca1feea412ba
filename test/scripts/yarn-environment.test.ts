import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { yarnEnvironment } from '../../scripts/yarn-environment.mjs';

const registry = 'https://host.example/a/npm/';

const names = ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY'];
beforeEach(() => {
  for (const name of names) vi.stubEnv(name, undefined);
});
afterEach(() => {
  vi.unstubAllEnvs();
});

describe('what Yarn is told', () => {
  it('of npm as it comes: its registry, without the last stroke', () => {
    expect(yarnEnvironment({ registry, cafile: null, proxy: null, noproxy: [''] }, undefined)).toEqual({
      YARN_NPM_REGISTRY_SERVER: 'https://host.example/a/npm',
    });
  });

  it('of certificates', () => {
    expect(yarnEnvironment({ registry, cafile: '/ca.pem', 'strict-ssl': false }, undefined)).toMatchObject({
      YARN_HTTPS_CA_FILE_PATH: '/ca.pem',
      YARN_ENABLE_STRICT_SSL: 'false',
    });
  });

  it('of a name and its password', () => {
    expect(yarnEnvironment({ registry }, { ident: 'dTpw' })).toMatchObject({
      YARN_NPM_ALWAYS_AUTH: 'true',
      YARN_NPM_AUTH_IDENT: 'dTpw',
    });
  });
});

describe('the proxy', () => {
  const proxy = 'http://proxy.example:80';
  const proxyOf = (settings: object) => yarnEnvironment({ registry, ...settings }, undefined).YARN_HTTPS_PROXY;

  it('is that of npm, the one for https before the other', () => {
    expect(proxyOf({ proxy })).toBe(proxy);
    expect(proxyOf({ proxy: 'http://other.example', 'https-proxy': proxy })).toBe(proxy);
  });

  it('is otherwise that of the system', () => {
    vi.stubEnv('HTTP_PROXY', 'http://plain.example');
    expect(proxyOf({})).toBeUndefined();
    expect(proxyOf({ registry: 'http://host.example/' })).toBe('http://plain.example');
    vi.stubEnv('HTTPS_PROXY', proxy);
    expect(proxyOf({})).toBe(proxy);
    expect(proxyOf({ proxy: false })).toBeUndefined();
  });

  it.each([
    [['host.example'], undefined],
    [['.example'], undefined],
    ['elsewhere, example', undefined],
    [['st.example', ''], proxy],
    ['other.example', proxy],
  ])('is none for hosts that npm reaches without: %j', (noproxy, expected) => {
    expect(proxyOf({ proxy, noproxy })).toBe(expected);
  });
});
