import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';

const preferenceSchema = z.object({
  photograph: z.string(),
  painting: z.string(),
  better: z.string(),
  worse: z.string(),
  /** Whose preference it is: agreement is counted for each source apart. */
  source: z.string().default('panel'),
});

/** Two pictures of a photograph in the style of a painting, of which people preferred one; all are paths. */
export type Preference = z.infer<typeof preferenceSchema>;

/**
 * Reads a file of preferences: a JSON array of `{ "photograph", "painting", "better", "worse", "source" }`, paths from the
 * file's folder on.
 * @throws if it is none
 */
export async function readPreferences(file: string): Promise<readonly Preference[]> {
  const text = await readFile(file, 'utf8');
  const { data, error } = z.array(preferenceSchema).min(1).safeParse(parsed(text));
  if (!data) {
    throw new Error(
      `Expected a JSON array of {"photograph", "painting", "better", "worse"} in ${file} but ${z.prettifyError(error)}`,
    );
  }
  const path = (name: string) => resolve(dirname(file), name);
  return data.map(({ photograph, painting, better, worse, source }) => ({
    photograph: path(photograph),
    painting: path(painting),
    better: path(better),
    worse: path(worse),
    source,
  }));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
