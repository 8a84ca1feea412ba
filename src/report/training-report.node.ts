import { type ReportKnowledge, ReportMaker } from './report-maker.node.ts';
import type { RunStatus } from './run-record.ts';
import { type ReportedStep, TensorBoardWriter } from './tensorboard/tensorboard.node.ts';
import { WatchServer } from './watch-server.node.ts';

/** A photograph that gave no crops. */
export interface SkippedPhotograph {
  readonly path: string;
  readonly kind: 'tooSmall' | 'unreadable' | 'duplicate';
  /** One sentence. */
  readonly reason: string;
}

/** What a training run reports besides its own files. */
export interface TrainingReportOptions {
  readonly folder: string;
  /** The port to serve the report at, 0 for a free one; by default it is not served. */
  readonly watchPort?: number | undefined;
  /** Write event files for TensorBoard. */
  readonly tensorboard: boolean;
  /** Told in one sentence what could not be reported; the training goes on. */
  readonly onTrouble: (message: string) => void;
}

/** Skipped photographs that the report names; all are counted. */
const namedSkips = 50;

/**
 * Reports a training run while it goes: report.html anew at each checkpoint and, if asked for, a served page and event
 * files. Nothing of it holds up the training or ends it: it is done in turn beside it.
 */
export class TrainingReport {
  readonly #maker: ReportMaker;
  readonly #tensorboard: TensorBoardWriter | null;
  #server: WatchServer | null = null;
  #work: Promise<void> = Promise.resolve();
  #reportIsDue = false;
  #hasBegun = false;
  readonly #skipped: SkippedPhotograph[] = [];
  #skippedCount = 0;

  private constructor(private readonly options: TrainingReportOptions) {
    this.#maker = new ReportMaker(options.folder);
    this.#tensorboard = options.tensorboard ? new TensorBoardWriter(options.folder) : null;
  }

  /** @throws one sentence if the port is taken */
  static async open(options: TrainingReportOptions): Promise<TrainingReport> {
    const report = new TrainingReport(options);
    const { folder, watchPort: port } = options;
    if (port !== undefined)
      report.#server = await WatchServer.open({ folder, port, knowledge: () => report.#knowledge() });
    return report;
  }

  /** Where the report is served; null where it is not. */
  get url(): string | null {
    return this.#server?.url ?? null;
  }

  onStep(step: ReportedStep): void {
    const tensorboard = this.#tensorboard;
    if (tensorboard) this.#enqueue('TensorBoard', () => tensorboard.writeStep(step));
  }

  onSkip(photograph: SkippedPhotograph): void {
    this.#skippedCount++;
    if (this.#skipped.length < namedSkips) this.#skipped.push(photograph);
  }

  /** To be called when a checkpoint, its validation and its previews are written. */
  onCheckpoint(step: number): void {
    this.#hasBegun = true;
    const tensorboard = this.#tensorboard;
    if (tensorboard) this.#enqueue('TensorBoard', () => tensorboard.writeCheckpoint(step));
    if (this.#reportIsDue) return;
    this.#reportIsDue = true;
    this.#enqueue('report.html', async () => {
      this.#reportIsDue = false;
      await this.#maker.write(this.#knowledge());
    });
  }

  /** Writes the last report and ends the serving of it; the run is finished or stopped. */
  async close(): Promise<void> {
    if (this.#hasBegun) this.#enqueue('report.html', () => this.#maker.write(this.#knowledge('stopped')));
    await this.#work;
    await this.#server?.close('stopped');
  }

  /** A run that has done all its steps counts as finished whatever the status says. */
  #knowledge(status: RunStatus = 'training'): ReportKnowledge {
    return { status, skipped: { count: this.#skippedCount, some: this.#skipped } };
  }

  #enqueue(what: string, work: () => Promise<unknown>): void {
    this.#work = this.#work.then(work).then(
      () => {},
      (error: unknown) => {
        const reason = error instanceof Error ? error.message : String(error);
        this.options.onTrouble(`${what} could not be written (${reason}); the training goes on`);
      },
    );
  }
}
