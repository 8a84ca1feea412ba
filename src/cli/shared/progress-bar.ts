import cliProgress, { type Options, type SingleBar } from 'cli-progress';

/**
 * A progress bar on stderr, in whose format {eta_formatted} is a dash as long as nothing can be said of the time left:
 * before anything is done.
 */
export function createProgressBar(options: Options): SingleBar {
  return new cliProgress.SingleBar({ stream: process.stderr, formatTime, ...options });
}

/**
 * cli-progress gives a time that it does not know as a text: '0' before the first update, 'INF' or 'NULL' later. Of a
 * fraction of a second it would make the sixtieth second of a minute.
 */
const formatTime: Options['formatTime'] = (seconds, options, multiple) =>
  typeof seconds === 'number' ? cliProgress.Format.TimeFormat(Math.round(seconds), options, multiple) : '–';
