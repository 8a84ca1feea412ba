import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import { cacheError, defaultCacheDirectory } from '../files/cache-folder.node.ts';
import { makeFolder } from '../files/make-folder.node.ts';
import { writeWholeFile } from '../files/write-file.node.ts';
import { decoderVersion } from '../image/decode.node.ts';
import { CONTENTS_DIGEST_BYTES, type PhotographRecord } from './photograph-index.node.ts';

const format = 'impasto-photographs-1';

/** The first line of an index file. */
const headerSchema = z.object({
  format: z.literal(format),
  /** What another decoder found unreadable, this one may read. */
  decoder: z.literal(decoderVersion),
  /** SHA-256, in hexadecimal, of all that follows the first line. */
  sha256: z.string(),
});

/** A line for each photograph: name, bytes, modified, contents, width, height, unreadable. */
const side = z.int().min(1).nullable();
const lineSchema = z
  .tuple([
    z.string(),
    z.int().min(0),
    z.number(),
    z
      .string()
      .regex(new RegExp(`^[0-9a-f]{${2 * CONTENTS_DIGEST_BYTES}}$`))
      .nullable(),
    side,
    side,
    z.string().nullable(),
  ])
  .transform(
    ([name, bytes, modified, contents, width, height, unreadable]): PhotographRecord => ({
      name,
      bytes,
      modified,
      contents,
      size: width === null || height === null ? null : { width, height },
      unreadable,
    }),
  );

/** Characters of the file that are put together before they are turned into bytes. */
const CHUNK = 2 ** 20;

/** Where the cache keeps what is known of a content folder's photographs. */
export function photographIndexFile(folder: string, cacheDirectory: string = defaultCacheDirectory()): string {
  const name = createHash('sha256').update(resolve(folder)).digest('hex').slice(0, 32);
  return join(cacheDirectory, 'photographs', `${name}.jsonl`);
}

/**
 * Writes an index file, whole or not at all; the folder for it is made.
 * @throws one sentence if it cannot be written
 */
export async function writePhotographIndex(file: string, records: Iterable<PhotographRecord>): Promise<void> {
  const body = encodeLines(records);
  const header = { format, decoder: decoderVersion, sha256: sha256(body) };
  await makeFolder(dirname(file)).catch((error: Error) => {
    throw cacheError(dirname(file), error.cause);
  });
  await writeWholeFile(file, Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`), body])).catch(
    (cause: unknown) => {
      throw cacheError(file, cause);
    },
  );
}

/**
 * Reads an index file, a record at a time; no record comes if there is no such file, or it is damaged or not one of ours.
 */
export async function readPhotographIndex(file: string, onRecord: (record: PhotographRecord) => void): Promise<void> {
  const body = await readBody(file).catch(() => undefined);
  if (body === undefined) return;
  for (let start = 0; start < body.length; ) {
    const end = body.indexOf('\n', start);
    onRecord(lineSchema.parse(JSON.parse(body.toString('utf8', start, end))));
    start = end + 1;
  }
}

/** @throws if the file is not whole and one of ours */
async function readBody(file: string): Promise<Buffer> {
  const bytes = await readFile(file);
  const start = bytes.indexOf('\n') + 1;
  const header = headerSchema.parse(JSON.parse(bytes.toString('utf8', 0, start)));
  const body = bytes.subarray(start);
  if (sha256(body) !== header.sha256) throw new Error(`Expected the index ${file} to be whole but it is damaged`);
  return body;
}

function encodeLines(records: Iterable<PhotographRecord>): Buffer {
  const chunks: Buffer[] = [];
  let text = '';
  for (const { name, bytes, modified, contents, size, unreadable } of records) {
    const line = [name, bytes, modified, contents, size?.width ?? null, size?.height ?? null, unreadable];
    text += `${JSON.stringify(line)}\n`;
    if (text.length < CHUNK) continue;
    chunks.push(Buffer.from(text));
    text = '';
  }
  chunks.push(Buffer.from(text));
  return Buffer.concat(chunks);
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
