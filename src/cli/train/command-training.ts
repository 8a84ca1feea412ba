import type { Device } from '../../infer/device.ts';
import type { TrainingReportArguments } from './report.ts';

/** Where a command trains, and what it reports besides. */
export interface CommandTraining extends TrainingReportArguments {
  readonly stepsPerRun: number | undefined;
  readonly device: Device;
  readonly threads: number | undefined;
}
