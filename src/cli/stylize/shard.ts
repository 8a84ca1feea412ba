import { createHash } from 'node:crypto';
import { UsageError } from '../shared/exit.ts';

/** One of several parts of a list that is divided among machines. */
export interface Shard {
  /** Which one, from 1 on. */
  readonly part: number;
  /** How many there are. */
  readonly parts: number;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads `--shard`: `3/10`; `auto` and `auto/10` take the part from the scheduler's environment, which is looked at for
 * them alone.
 * @throws UsageError if it is neither, or the scheduler does not say enough
 */
export function parseShard(text: string, environment: Environment): Shard {
  const [, part, count] = /^(auto|\d+)(?:\/(\d+))?$/.exec(text) ?? [];
  const parts = count === undefined ? undefined : Number(count);
  if (part === 'auto') return scheduledShard(parts, environment);
  if (part === undefined || parts === undefined) {
    throw new UsageError(`Expected the part and the number of parts for --shard, such as 3/10, but received ${text}`);
  }
  return requirePart(Number(part), parts, `--shard ${text}`);
}

/**
 * Whether a picture belongs to a part. That depends on its name alone, so that machines which see the folder at different
 * times, with pictures added or removed, still divide it without gaps and overlaps.
 * @param name the path below the output folder, the same on all machines
 */
export function isInShard(name: string, { part, parts }: Shard): boolean {
  const bytesOfHash = 6;
  return createHash('sha256').update(name).digest().readUIntBE(0, bytesOfHash) % parts === part - 1;
}

function scheduledShard(parts: number | undefined, environment: Environment): Shard {
  if (environment.SLURM_ARRAY_TASK_ID !== undefined) return slurmShard(parts, environment);
  const index = environment.JOB_COMPLETION_INDEX;
  if (index === undefined) {
    throw new UsageError(
      'Expected a task of a Slurm array or of a Kubernetes indexed job for --shard auto but found neither ' +
        'SLURM_ARRAY_TASK_ID nor JOB_COMPLETION_INDEX; name the part, such as --shard 3/10',
    );
  }
  if (parts === undefined) {
    throw new UsageError(
      'Expected the number of completions with --shard auto, such as auto/10: Kubernetes tells a pod its index alone',
    );
  }
  const name = 'JOB_COMPLETION_INDEX';
  return requirePart(wholeNumber(environment, name) + 1, parts, `${name}=${index} of ${parts} completions`);
}

/** The position of a task in its array: https://slurm.schedmd.com/job_array.html */
function slurmShard(parts: number | undefined, environment: Environment): Shard {
  const variable = (name: string) => wholeNumber(environment, `SLURM_ARRAY_TASK_${name}`);
  const [id, first, last, count] = [variable('ID'), variable('MIN'), variable('MAX'), variable('COUNT')];
  const step = environment.SLURM_ARRAY_TASK_STEP === undefined ? 1 : variable('STEP');
  const position = (id - first) / step;
  if (!Number.isInteger(position) || Math.floor((last - first) / step) + 1 !== count) {
    throw new UsageError(
      `Expected a Slurm array of evenly spaced tasks for --shard auto, such as --array=1-10, but received ${count} tasks ` +
        `from ${first} to ${last}; name the part, such as --shard 3/10`,
    );
  }
  if (parts !== undefined && parts !== count) {
    throw new UsageError(
      `Expected a Slurm array of ${parts} tasks for --shard auto/${parts} but it has ${count}; for tasks that are submitted ` +
        `again name the part, such as --shard 3/${parts}`,
    );
  }
  return requirePart(position + 1, count, `task ${id} of a Slurm array from ${first} to ${last}`);
}

function wholeNumber(environment: Environment, name: string): number {
  const text = environment[name];
  if (text !== undefined && /^\d+$/.test(text)) return Number(text);
  throw new UsageError(
    `Expected a whole number in ${name} for --shard auto but ${text === undefined ? 'it is not set' : `found ${text}`}`,
  );
}

function requirePart(part: number, parts: number, received: string): Shard {
  if (parts === 0) throw new UsageError(`Expected at least one part but received ${received}`);
  if (part >= 1 && part <= parts) return { part, parts };
  throw new UsageError(`Expected a part from 1 to ${parts} but received ${received}`);
}
