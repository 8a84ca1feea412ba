import type { ReportPictures } from '../report-pictures.node.ts';
import type { RunProgress, RunRecord } from '../run-record.ts';
import type { SkippedSummary } from './warnings.ts';

/** What a report is made of. */
export interface ReportContent {
  readonly run: RunRecord;
  readonly progress: RunProgress;
  readonly pictures: ReportPictures;
  /** Photographs left out of the training, where that is known. */
  readonly skipped: SkippedSummary | null;
  readonly written: Date;
}
