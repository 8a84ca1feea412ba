import { TrainingReport } from '../../report/training-report.node.ts';
import { announceReport } from '../report/run.ts';

/** The flags of `impasto train` that concern its report. */
export interface TrainingReportArguments {
  readonly watch: boolean | undefined;
  readonly watchPort: number | undefined;
  readonly tensorboard: boolean;
}

/** Opens the report of the run in a folder, as the flags say, and tells on stderr where it is served. */
export async function openTrainingReport(flags: TrainingReportArguments, folder: string): Promise<TrainingReport> {
  const report = await TrainingReport.open({
    folder,
    watchPort: flags.watch ? (flags.watchPort ?? 0) : undefined,
    tensorboard: flags.tensorboard,
    onTrouble: (message) => process.stderr.write(`\n${message}\n`),
  });
  if (report.url !== null) announceReport(report.url);
  return report;
}
