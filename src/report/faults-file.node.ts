import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/** faults.json: what was found out about the faults of a run's model, and after which step. */
const faultsSchema = z.object({
  step: z.int().min(0),
  findings: z.array(
    z.object({
      fault: z.string(),
      meaning: z.string(),
      value: z.number().nullable(),
      limit: z.number(),
      found: z.boolean(),
      advice: z.string(),
    }),
  ),
});
export type FaultsRecord = z.infer<typeof faultsSchema>;

/** The path of a run folder's faults.json. */
export function faultsPath(folder: string): string {
  return join(folder, 'faults.json');
}

/** What a run folder's faults.json tells; null where there is none, or one of another version. */
export async function readFaults(folder: string): Promise<FaultsRecord | null> {
  try {
    return faultsSchema.parse(JSON.parse(await readFile(faultsPath(folder), 'utf8')));
  } catch {
    return null;
  }
}
