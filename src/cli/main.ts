import { readFileSync } from 'node:fs';

/** Runs the command line of this process. */
export async function main(argv: readonly string[]): Promise<number> {
  // answered before anything is loaded: it costs what Node costs
  if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V')) {
    process.stdout.write(`${ownVersion()}\n`);
    return 0;
  }
  const { run } = await import('./run.js');
  return run(argv, ownVersion());
}

function ownVersion(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return /"version":\s*"([^"]+)"/.exec(text)?.[1] ?? 'unknown';
}

process.exitCode = await main(process.argv.slice(2));
