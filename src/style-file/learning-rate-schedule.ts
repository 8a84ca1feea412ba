export const scheduleNames = ['constant', 'cosine', 'step'] as const;

/** How the learning rate changes over a run. */
export interface LearningRateSchedule {
  /** `cosine` falls to `cosineFloor` of the learning rate over the run, `step` halves it every `every` steps. */
  readonly name: (typeof scheduleNames)[number];
  /** Steps over which the learning rate first rises linearly from 0; 0 for none. */
  readonly warmUp: number;
  /** Steps between the halvings of `step`, at least 1. */
  readonly every: number;
}
