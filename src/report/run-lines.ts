import { z } from 'zod';

// JSON has no NaN: what is not finite is written as null.
const figure = z.number().nullable();

/** A line of metrics.jsonl. */
export const stepLineSchema = z.object({
  step: z.int().min(0),
  loss: figure,
  content: figure,
  style: figure,
  tv: figure,
  secondsPerStep: figure,
  imagesPerSecond: figure,
  learningRate: figure.default(null),
});
export type StepLine = z.infer<typeof stepLineSchema>;

/** A line of validation.jsonl: means over photographs that are not trained on. */
export const validationLineSchema = z.object({
  step: z.int().min(0),
  loss: figure,
  content: figure,
  style: figure,
  tv: figure,
  photographs: z.int().optional(),
});
export type ValidationLine = z.infer<typeof validationLineSchema>;

/** A line of warnings.jsonl; `time` in ISO 8601. */
export const warningLineSchema = z.object({
  step: z.int().min(0),
  time: z.string(),
  message: z.string(),
});
export type WarningLine = z.infer<typeof warningLineSchema>;

/** The line's values, or null if it is none of the schema, such as one cut short by a power failure. */
export function parseLine<T>(schema: z.ZodType<T>, line: string): T | null {
  try {
    return schema.parse(JSON.parse(line));
  } catch {
    return null;
  }
}

/** Drops from the end what a run that went back to an earlier step has written anew. */
export function dropFrom(lines: { readonly step: number }[], step: number): void {
  while ((lines.at(-1)?.step ?? -1) >= step) lines.pop();
}
