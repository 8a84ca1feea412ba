// @ts-check
import { existsSync, readFileSync } from 'node:fs';

/**
 * How a registry is told who asks: a token, or a name and its password, base64-encoded together.
 * @typedef {{ readonly token: string } | { readonly ident: string }} Credentials
 */

/**
 * The credentials that npm sends to a registry. npm shows them to nobody, so they are read from where it has them: its
 * environment and its files, in its order.
 * @param {string} registry its address
 * @param {readonly string[]} files npm's configuration, those that come first before those that come later
 * @returns {Credentials | undefined} undefined where there are none
 */
export function readCredentials(registry, files) {
  const places = [fromEnvironment, ...files.filter((file) => existsSync(file)).map(fromFile)];
  /** @param {string} key */
  const find = (key) => places.map((place) => place(key)).find((value) => value !== undefined);
  for (const scope of scopesOf(registry)) {
    const token = find(`${scope}:_authToken`);
    if (token !== undefined) return { token };
    const ident = find(`${scope}:_auth`);
    if (ident !== undefined) return { ident };
    const [name, password] = [find(`${scope}:username`), find(`${scope}:_password`)];
    if (name !== undefined && password !== undefined) {
      const plain = `${name}:${Buffer.from(password, 'base64').toString()}`;
      return { ident: Buffer.from(plain).toString('base64') };
    }
  }
  return undefined;
}

/**
 * What npm's settings of a registry begin with, from its whole path up to its host alone.
 * @param {string} registry
 */
function scopesOf(registry) {
  const { host, pathname } = new URL(registry);
  const scopes = [];
  for (let scope = `//${host}${pathname}`; scope.length > 2; scope = scope.replace(/([^/]+|\/)$/, '')) {
    scopes.push(scope);
  }
  return scopes;
}

/** @param {string} key */
function fromEnvironment(key) {
  return process.env[`npm_config_${key}`];
}

/** @param {string} file */
function fromFile(file) {
  const settings = new Map(
    readFileSync(file, 'utf8')
      .split(/\r?\n/)
      .map((line) => line.replaceAll(/\$\{([^}?]+)\??\}/g, (word, name) => process.env[name] ?? word))
      .map((line) => /^\s*([^;#=\s][^=]*?)\s*=\s*(?:"(.*)"|'(.*)'|(.*?))\s*$/.exec(line) ?? [])
      .map(([, key, double, single, plain]) => [key, double ?? single ?? plain?.replace(/\s*[;#].*/, '')]),
  );
  /** @param {string} key */
  return (key) => settings.get(key);
}
