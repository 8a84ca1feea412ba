import type { LearningRateSchedule } from '../style-file/learning-rate-schedule.ts';

/** What the cosine schedule leaves of the learning rate at the last step. */
export const cosineFloor = 1 / 50;

/** What a schedule is stretched over. */
export interface ScheduledRun {
  readonly schedule: LearningRateSchedule;
  /** The highest learning rate. */
  readonly learningRate: number;
  readonly steps: number;
}

/**
 * The learning rate of a step.
 * @param step from 1 to the run's number of steps
 */
export function learningRateAt({ schedule, learningRate, steps }: ScheduledRun, step: number): number {
  const { name, warmUp, every } = schedule;
  const risen = step < warmUp ? step / warmUp : 1;
  switch (name) {
    case 'constant':
      return learningRate * risen;
    case 'step':
      return learningRate * risen * 0.5 ** Math.floor((step - 1) / every);
    case 'cosine':
      return learningRate * risen * cosine(step, Math.max(1, warmUp), steps);
  }
}

/** From 1 at the step `first` to `cosineFloor` at the step `last`, along half a period (Loshchilov and Hutter 2017). */
function cosine(step: number, first: number, last: number): number {
  const progress = last > first ? Math.min(1, Math.max(0, (step - first) / (last - first))) : 0;
  return cosineFloor + ((1 - cosineFloor) * (1 + Math.cos(Math.PI * progress))) / 2;
}
