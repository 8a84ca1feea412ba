/** As it lies in its own folder the program runs from its sources; a package that is installed has none. */
const runsFromSources = new URL('.', import.meta.url).pathname.endsWith('/src/cli/shared/');

/** How a command of this program that has options is typed where it runs: what `impasto` is called by, and the command. */
export function commandLine(command: string): string {
  return `${runsFromSources ? 'npm run impasto --' : 'npx impasto'} ${command}`;
}

/** A word as a shell takes it. */
export function shellWord(text: string): string {
  return /^[\w./+=,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
