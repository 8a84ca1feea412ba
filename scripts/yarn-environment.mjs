// @ts-check
/**
 * What of npm's settings concerns the way to its registry.
 * @typedef {{
 *   readonly registry: string,
 *   readonly cafile?: string | null,
 *   readonly 'strict-ssl'?: boolean,
 *   readonly proxy?: string | false | null,
 *   readonly 'https-proxy'?: string | null,
 *   readonly noproxy?: string | readonly string[] | null,
 * }} NpmSettings
 */

/**
 * The variables that lead Yarn to npm's registry on npm's way.
 * @param {NpmSettings} settings as `npm config list --json` gives them
 * @param {import('./npm-credentials.mjs').Credentials | undefined} credentials
 * @returns {Record<string, string>}
 */
export function yarnEnvironment(settings, credentials) {
  const { protocol, hostname } = new URL(settings.registry);
  const proxy = proxyOf(settings, hostname, protocol === 'https:');
  return {
    YARN_NPM_REGISTRY_SERVER: settings.registry.replace(/\/+$/, ''),
    ...(protocol === 'http:' && { YARN_UNSAFE_HTTP_WHITELIST: hostname }),
    ...(settings.cafile && { YARN_HTTPS_CA_FILE_PATH: settings.cafile }),
    ...(settings['strict-ssl'] === false && { YARN_ENABLE_STRICT_SSL: 'false' }),
    ...(proxy && { YARN_HTTP_PROXY: proxy, YARN_HTTPS_PROXY: proxy }),
    ...(credentials && { YARN_NPM_ALWAYS_AUTH: 'true' }),
    ...(credentials && 'token' in credentials && { YARN_NPM_AUTH_TOKEN: credentials.token }),
    ...(credentials && 'ident' in credentials && { YARN_NPM_AUTH_IDENT: credentials.ident }),
  };
}

/**
 * The proxy by which npm reaches a host. Its settings come before the system's variables, which npm reads and Yarn does not.
 * @param {NpmSettings} settings
 * @param {string} hostname
 * @param {boolean} isSecure
 */
function proxyOf({ proxy, 'https-proxy': secureProxy, noproxy }, hostname, isSecure) {
  const direct = [noproxy ?? []].flat().flatMap((hosts) => hosts.split(/[\s,]+/));
  const isDirect = direct.some((host) => host && `.${hostname}`.endsWith(`.${host.replace(/^\./, '')}`));
  if (proxy === false || isDirect) return undefined;
  const { https_proxy, HTTPS_PROXY, http_proxy, HTTP_PROXY } = process.env;
  return secureProxy || proxy || https_proxy || HTTPS_PROXY || (isSecure ? undefined : http_proxy || HTTP_PROXY);
}
