import { processTerminal } from './output/terminal';
import { runOps } from './program';

// `| head` closes the pipe early. That is not an error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

process.exitCode = await runOps(process.argv.slice(2), processTerminal);
