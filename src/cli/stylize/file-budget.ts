/**
 * How many bytes files take together.
 * @param files their contents by name
 * @param remedy what makes them smaller
 * @throws if they take more than `most`
 */
export function requireBytes(files: ReadonlyMap<string, Uint8Array>, most: number, remedy: string): number {
  const bytes = [...files.values()].reduce((sum, { length }) => sum + length, 0);
  if (bytes <= most) return bytes;
  throw new Error(
    `Expected pictures of at most ${most / 1e6} MB together but they take ${(bytes / 1e6).toFixed(1)} MB; ${remedy}`,
  );
}
