import fs from 'node:fs';

/** What waits for a terminal that shows nothing, at most; what is drawn later is of more use than what was. */
const MOST_CHARACTERS = 1_000_000;
const TRY_AGAIN_MS = 20;

interface Chunk {
  readonly fd: number;
  readonly text: string;
}

/**
 * Writes to a terminal without ever waiting for it. Node's own streams do wait: a terminal that was stopped with
 * Ctrl-S, or whose connection is stuck, would stop the drill too, with all that it has broken.
 *
 * One for both streams, so that they keep their order. The process ends when all is written, or the terminal is gone.
 */
export class TtyWriter {
  private waiting: Chunk[] = [];
  private length = 0;
  private isWriting = false;
  private isGone = false;

  /** @param fd - of the terminal: 1 or 2 */
  write(fd: number, text: string): void {
    if (this.isGone || this.length > MOST_CHARACTERS) return;
    this.waiting.push({ fd, text });
    this.length += text.length;
    if (!this.isWriting) this.next();
  }

  private next(): void {
    const chunk = this.waiting.shift();
    this.isWriting = chunk !== undefined;
    if (!chunk) return;
    this.length -= chunk.text.length;
    this.send(chunk.fd, Buffer.from(chunk.text));
  }

  private send(fd: number, bytes: Buffer): void {
    fs.write(fd, bytes, (error, written) => {
      if (error?.code === 'EAGAIN') return void setTimeout(() => this.send(fd, bytes), TRY_AGAIN_MS);
      if (error) return this.lose();
      if (written < bytes.length) return this.send(fd, bytes.subarray(written));
      this.next();
    });
  }

  /** Nobody is looking any more. */
  private lose(): void {
    this.isGone = true;
    this.waiting = [];
    this.isWriting = false;
  }
}
