import { join } from 'node:path';
import { writeWholeFile } from '../files/write-file.node.ts';
import { pageAssets } from './page-assets.node.ts';
import { reportDocument, waitingDocument } from './render/document.ts';
import type { SkippedSummary } from './render/warnings.ts';
import { PictureEncoder } from './report-pictures.node.ts';
import { RunReader } from './run-reader.node.ts';
import { type RunProgress, type RunStatus, runProgress } from './run-record.ts';

/** What the process that trains knows and the run folder's files do not tell. */
export interface ReportKnowledge {
  /** Where the run is; otherwise it is found from how long the files are silent. */
  readonly status?: RunStatus | undefined;
  /** Photographs left out so far; otherwise the report does not speak of them. */
  readonly skipped?: SkippedSummary | undefined;
}

/** Makes the reports of one run folder; each takes up what the one before has read and encoded. */
export class ReportMaker {
  readonly reader: RunReader;
  readonly #pictures = new PictureEncoder();

  constructor(private readonly folder: string) {
    this.reader = new RunReader(folder);
  }

  /** How far the run is, as it was read last. */
  progress({ status }: ReportKnowledge): RunProgress {
    return runProgress(this.reader.record(), status, new Date());
  }

  /**
   * Writes DIR/report.html anew, complete or not at all.
   * @returns its path
   * @throws if the folder holds no run, or cannot be written to
   */
  async write(knowledge: ReportKnowledge = {}): Promise<string> {
    await this.reader.refresh();
    const path = join(this.folder, 'report.html');
    await writeWholeFile(path, await this.#report(knowledge, null));
    return path;
  }

  /** The page that a server keeps up to date, of the run as it was read last; it may not have begun. */
  async liveDocument(knowledge: ReportKnowledge, revision: number): Promise<string> {
    if (this.reader.hasRun) return this.#report(knowledge, { revision });
    return waitingDocument({ assets: await pageAssets(), live: { revision } });
  }

  async #report(knowledge: ReportKnowledge, live: { readonly revision: number } | null): Promise<string> {
    const run = this.reader.record();
    const content = {
      run,
      progress: this.progress(knowledge),
      pictures: await this.#pictures.encode(this.folder, run),
      skipped: knowledge.skipped ?? null,
      written: new Date(),
    };
    return reportDocument(content, { assets: await pageAssets(), live });
  }
}

/** Writes DIR/report.html once, for any run folder, also one that is still trained; as `ReportMaker.write` does. */
export function writeReport(folder: string, knowledge: ReportKnowledge = {}): Promise<string> {
  return new ReportMaker(folder).write(knowledge);
}
