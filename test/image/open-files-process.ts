import { closeSync, openSync } from 'node:fs';
import { decodePicture } from '../../src/image/decode.node.ts';

/*
 * A process of its own, since it uses up all the files that the system lets it open (few, by ulimit): prints the error
 * that decoding the picture of its argument then gives.
 */
const path = process.argv[2] ?? '';
await decodePicture(path);
const open: number[] = [];
try {
  for (;;) open.push(openSync(path, 'r'));
} catch {
  const error = await decodePicture(path).catch((reason: unknown) => reason);
  for (const file of open) closeSync(file);
  process.stdout.write(String(error));
}
