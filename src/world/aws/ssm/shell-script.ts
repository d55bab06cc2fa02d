/** What a script came to. */
export interface ScriptRun {
  readonly lastsMs: number;
  readonly code: number;
  readonly output: string;
  readonly error: string;
}

const START_MS = 1_000;
const NOT_FOUND = 127;
const NOTHING = ['', ':', 'true', 'set'];
const UNITS: Readonly<Record<string, number>> = { '': 1_000, s: 1_000, m: 60_000, h: 3_600_000 };

type Step = Partial<ScriptRun> & { readonly ends?: boolean };

/**
 * Runs a script as an instance would that has nothing but a shell: `sleep`, `echo`, `true`, `false`, `exit`, `set` and
 * comments. Any other command is not found, as a shell says it: it never seems to have worked.
 */
export function runScript(lines: readonly string[]): ScriptRun {
  let run: ScriptRun = { lastsMs: START_MS, code: 0, output: '', error: '' };
  for (const line of lines.flatMap((one) => one.split('\n'))) {
    const step = stepOf(line.trim());
    run = {
      lastsMs: run.lastsMs + (step.lastsMs ?? 0),
      code: step.code ?? 0,
      output: run.output + (step.output ?? ''),
      error: run.error + (step.error ?? ''),
    };
    if (step.ends === true) return run;
  }
  return run;
}

function stepOf(line: string): Step {
  const [name = '', ...rest] = line.split(/\s+/);
  if (NOTHING.includes(name) || name.startsWith('#')) return {};
  switch (name) {
    case 'false':
      return { code: 1 };
    case 'echo':
      return { output: `${rest.join(' ').replace(/^(["'])(.*)\1$/, '$2')}\n` };
    case 'exit':
      return { code: Number(rest[0] ?? 0), ends: true };
    case 'sleep':
      return slept(rest[0] ?? '');
    default:
      return { code: NOT_FOUND, error: `sh: ${name}: command not found\n` };
  }
}

function slept(text: string): Step {
  const [, number, unit = ''] = /^(\d+(?:\.\d+)?)([smh]?)$/.exec(text) ?? [];
  if (number === undefined) return { code: 1, error: `sleep: invalid time interval '${text}'\n` };
  return { lastsMs: Number(number) * (UNITS[unit] ?? 0) };
}
