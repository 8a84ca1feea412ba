import { existsSync } from 'node:fs';
import { systemErrorCode } from '../../files/system-error.node.ts';

/** What a run was working with when it failed. */
export interface FailureCircumstances {
  /** The folder that the run writes. */
  readonly out: string;
  /** The folder of photographs. */
  readonly content: string;
  /** The step of the last state that is saved; undefined if none could be. */
  readonly savedStep: number | undefined;
}

/** The error that ends a run which had begun: in one sentence why, what is saved, and how to go on. */
export function runFailure(error: unknown, circumstances: FailureCircumstances): Error {
  const { out, savedStep } = circumstances;
  const reason = reasonOf(error, circumstances);
  // Of a run that has learnt nothing there is nothing to go on with.
  const saved = savedStep ? `; the state after step ${savedStep} is saved, go on with --resume ${out}` : '';
  return new Error(`${reason}${saved}`, { cause: error });
}

function reasonOf(error: unknown, { out, content }: FailureCircumstances): string {
  const message = error instanceof Error ? error.message : String(error);
  switch (systemErrorCode(error)) {
    case 'ENOSPC':
    case 'EDQUOT':
      return `The disk of ${out} is full (${message})`;
    case 'EMFILE':
    case 'ENFILE':
      return `Too many files are open (${message}); raise the limit, with ulimit -n say`;
  }
  if (!existsSync(content)) return `The folder of photographs ${content} is gone`;
  return message;
}
