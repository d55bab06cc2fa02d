import readline from 'node:readline/promises';
import { TtyWriter } from './tty-writer.js';

/** The three streams, and how much of a terminal they are. */
export interface Terminal {
  readonly stdoutIsTty: boolean;
  readonly stderrIsTty: boolean;
  readonly stdinIsTty: boolean;
  /** The width of what stdout is shown on; undefined: it is no terminal, or does not say. */
  readonly columns?: number | undefined;
  out(text: string): void;
  err(text: string): void;
  readonly stderr: {
    write(text: string): unknown;
    readonly isTTY?: boolean;
    readonly columns?: number;
    readonly rows?: number;
  };
  /** Asks and returns the line that was typed, '' at the end of input. */
  ask(question: string, signal?: AbortSignal): Promise<string>;
}

/** This process's terminal. In CI, and where TERM is dumb, nothing counts as one: what moves would only fill a log. */
export function thisTerminal(): Terminal {
  // whoever closes a pipe or a terminal does not end a drill with it
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  const plain = Boolean(process.env.CI) || process.env.TERM === 'dumb';
  const tty = new TtyWriter();
  const write = writerOf(process.stderr, tty);
  return {
    stdoutIsTty: !plain && isTty(process.stdout),
    stderrIsTty: !plain && isTty(process.stderr),
    stdinIsTty: isTty(process.stdin),
    columns: isTty(process.stdout) ? process.stdout.columns : undefined,
    out: writerOf(process.stdout, tty),
    err: write,
    stderr: plain ? { write } : screenOf(process.stderr, write),
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

type Stream = NodeJS.WriteStream & { readonly fd: number };

/** Pipes and files are written to by Node: it never waits for the one, and nobody has to for the other. */
function writerOf(stream: Stream, tty: TtyWriter): (text: string) => void {
  return isTty(stream) ? (text) => tty.write(stream.fd, text) : (text) => void stream.write(text);
}

/** A stream as a view wants it: its size may change at any time. */
function screenOf(stream: Stream, write: (text: string) => void): Terminal['stderr'] {
  return {
    write,
    isTTY: isTty(stream),
    get columns() {
      return stream.columns;
    },
    get rows() {
      return stream.rows;
    },
  };
}

/** Undefined where the stream is a file or a pipe, whatever its type says. */
function isTty(stream: { readonly isTTY?: boolean }): boolean {
  return stream.isTTY === true;
}
