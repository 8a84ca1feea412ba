import { ReportMaker } from '../../report/report-maker.node.ts';
import { WatchServer } from '../../report/watch-server.node.ts';
import { stopOnInterrupt } from '../shared/interrupt.ts';
import { report } from '../shared/options.ts';

/** The flags of `impasto report`. */
export interface ReportArguments {
  readonly folder: string;
  readonly watch: boolean | undefined;
  readonly watchPort: number | undefined;
}

/**
 * Writes a run's report.html; with `watch`, serves the report until the run has finished or Ctrl-C is pressed, and
 * writes it again then.
 */
export async function runReport({ folder, watch, watchPort }: ReportArguments, json: boolean): Promise<void> {
  const maker = new ReportMaker(folder);
  const path = await maker.write();
  if (watch && maker.progress({}).status !== 'finished') {
    await serveReport(folder, watchPort ?? 0);
    await maker.write();
  }
  const { status, step, steps } = maker.progress({});
  report({ report: path, status, step, steps }, `The report of ${step} of ${steps} steps is in ${path}`, json);
}

async function serveReport(folder: string, port: number): Promise<void> {
  const stop = stopOnInterrupt('No longer watching; the training itself is not disturbed.');
  try {
    const finished = new AbortController();
    const server = await WatchServer.open({ folder, port, onFinished: () => finished.abort() });
    announceReport(server.url);
    await aborted(AbortSignal.any([finished.signal, stop.signal]));
    await server.close();
  } finally {
    stop.dispose();
  }
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
}

/** Tells on stderr where the report is served. */
export function announceReport(url: string): void {
  process.stderr.write(`The report is served at ${url}\n`);
}
