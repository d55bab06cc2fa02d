/** Bytes as they come, up to a limit. */
export class Collected {
  private readonly pieces: Buffer[] = [];
  private length = 0;
  private readonly most: number;

  constructor(most: number) {
    this.most = most;
  }

  /** Keeps what fits; false once there was more. */
  add(piece: Uint8Array): boolean {
    const fits = piece.subarray(0, this.most - this.length);
    if (fits.length > 0) this.pieces.push(Buffer.from(fits));
    this.length += fits.length;
    return fits.length === piece.length;
  }

  /** All of it; undefined where it is no UTF-8. */
  text(): string | undefined {
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.concat(this.pieces));
    } catch {
      return undefined;
    }
  }

  /** All of it, with what is no UTF-8 replaced. */
  start(): string {
    return Buffer.concat(this.pieces).toString('utf8');
  }
}
