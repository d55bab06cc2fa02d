import readline from 'node:readline/promises';

/** The three streams, and how much of a terminal they are. */
export interface Terminal {
  readonly stdoutIsTty: boolean;
  readonly stderrIsTty: boolean;
  readonly stdinIsTty: boolean;
  out(text: string): void;
  err(text: string): void;
  readonly stderr: { write(text: string): unknown; readonly isTTY?: boolean; readonly columns?: number };
  /** Asks and returns the line that was typed, '' at the end of input. */
  ask(question: string, signal?: AbortSignal): Promise<string>;
}

/** This process's terminal. In CI, and where TERM is dumb, nothing counts as one: what moves would only fill a log. */
export function thisTerminal(): Terminal {
  // whoever closes a pipe or a terminal does not end a drill with it
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  const plain = Boolean(process.env.CI) || process.env.TERM === 'dumb';
  return {
    stdoutIsTty: !plain && isTty(process.stdout),
    stderrIsTty: !plain && isTty(process.stderr),
    stdinIsTty: isTty(process.stdin),
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    stderr: plain ? { write: (text) => process.stderr.write(text) } : process.stderr,
    ask: async (question, signal) => {
      const prompt = readline.createInterface({ input: process.stdin, output: process.stderr });
      try {
        return await prompt.question(question, signal ? { signal } : {});
      } catch {
        return '';
      } finally {
        prompt.close();
      }
    },
  };
}

/** Undefined where the stream is a file or a pipe, whatever its type says. */
function isTty(stream: { readonly isTTY?: boolean }): boolean {
  return stream.isTTY === true;
}
