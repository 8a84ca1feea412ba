import { execFileSync } from 'node:child_process';
import { chmod, copyFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { glob } from 'tinyglobby';

/*
 * Writes what the npm package runs: src as JavaScript with its types, folder by folder, into dist. Folders stay where they are
 * to each other and to artifacts, so that whatever is found by its place is found there too.
 */
const root = join(import.meta.dirname, '..');
const [source, target] = [join(root, 'src'), join(root, 'dist')];
const compiler = createRequire(import.meta.url).resolve('typescript/bin/tsc');

await rm(target, { recursive: true, force: true });
execFileSync(process.execPath, [compiler, '-p', join(root, 'tsconfig.build.json')], { stdio: 'inherit' });
for (const sheet of await glob('**/*.css', { cwd: source })) await copyFile(join(source, sheet), join(target, sheet));
await chmod(join(target, 'cli/main.js'), 0o755);
