// @ts-check
/*
 * `npm run setup`: installs what yarn.lock lists, with the Yarn that package.json names, from the registry that npm is set
 * to. Node and npm are all that it needs: npm fetches Yarn, and Yarn, which does not read npm's configuration, is handed it.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { readCredentials } from './npm-credentials.mjs';
import { yarnEnvironment } from './yarn-environment.mjs';

const { packageManager, engines } = JSON.parse(readFileSync('package.json', 'utf8'));
const oldestNode = engines.node.replace('>=', '');
if (process.versions.node.localeCompare(oldestNode, 'en', { numeric: true }) < 0) {
  fail(`Expected Node ${oldestNode} or newer but this is ${process.versions.node}: get a newer one from nodejs.org`);
}
const npm = process.env.npm_execpath;
if (npm === undefined || !/npm-cli\.c?js$/.test(npm)) fail('Expected to be started by npm: type npm run setup');

const settings = JSON.parse(execFileSync(process.execPath, [npm, 'config', 'list', '--json'], { encoding: 'utf8' }));
const credentials = readCredentials(settings.registry, ['.npmrc', settings.userconfig, settings.globalconfig]);
const yarn = packageManager.replace('yarn', '@yarnpkg/cli-dist');
const { status } = spawnSync(
  process.execPath,
  [npm, 'exec', '--yes', `--package=${yarn}`, '--', 'yarn', 'install', '--immutable'],
  { stdio: 'inherit', env: { ...process.env, ...yarnEnvironment(settings, credentials) } },
);
if (status !== 0)
  fail(`Expected ${packageManager} to install impasto's packages but it failed: see what it says above`);
console.log('impasto is ready: npm run demo shows what it does, npm test checks it.');

/**
 * @param {string} sentence
 * @returns {never}
 */
function fail(sentence) {
  console.error(sentence);
  process.exit(1);
}
