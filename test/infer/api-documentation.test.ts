import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { describe, it } from 'vitest';

const repository = resolve(import.meta.dirname, '../..');

describe('the documentation of the library', () => {
  it('is complete: typedoc warns of nothing', async () => {
    const program = join(createRequire(import.meta.url).resolve('typedoc/package.json'), '../bin/typedoc');
    await promisify(execFile)(process.execPath, [program, '--emit', 'none'], { cwd: repository });
  });
});
