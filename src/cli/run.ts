import { CommanderError } from 'commander';
import { KongError } from '../model/errors.js';
import { buildProgram, exitCodeOfCommander } from './program.js';

/**
 * Parses the arguments, runs the command, and turns whatever comes out into an exit code and, at worst, an error that
 * helps.
 */
export async function run(argv: readonly string[], version: string): Promise<number> {
  let code = 0;
  try {
    await buildProgram(version, (exitCode) => {
      code = exitCode;
    }).parseAsync([...argv], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return exitCodeOfCommander(error);
    const { errorText } = await import('../report/error-text.js');
    const verbose = argv.includes('-v') || argv.includes('--verbose');
    process.stderr.write(errorText(error, { verbose, colour: false }));
    return error instanceof KongError ? error.exitCode : 5;
  }
}
