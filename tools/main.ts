import { hideBin } from 'yargs/helpers';
import { runTool } from './run.ts';

process.exitCode = await runTool(hideBin(process.argv));
