/** Something that happens by itself at a moment. */
export interface Timer {
  readonly atMs: number;
  readonly kind: 'instance' | 'group' | 'dns' | 'health' | 'command' | 'alarm' | 'experiment' | 'database';
  readonly id: string;
}

/**
 * Timers, the earliest first. At the same moment the order is by kind and id, so that a restored world goes on in
 * the same order.
 */
export class Timers {
  private readonly heap: Timer[] = [];

  add(timer: Timer): void {
    const { heap } = this;
    let at = heap.push(timer) - 1;
    for (let up = (at - 1) >> 1; at > 0 && this.inOrder(at, up); up = (at - 1) >> 1) {
      this.swap(at, up);
      at = up;
    }
  }

  /** Takes the earliest one that is due. */
  takeDue(nowMs: number): Timer | undefined {
    const { heap } = this;
    const first = heap[0];
    if (!first || first.atMs > nowMs) return undefined;
    const last = heap.pop();
    if (last && heap.length > 0) {
      heap[0] = last;
      this.sink();
    }
    return first;
  }

  clear(): void {
    this.heap.length = 0;
  }

  private sink(): void {
    for (let at = 0; ;) {
      const left = 2 * at + 1;
      const child = left + 1 < this.heap.length && this.inOrder(left + 1, left) ? left + 1 : left;
      if (child >= this.heap.length || !this.inOrder(child, at)) return;
      this.swap(child, at);
      at = child;
    }
  }

  private inOrder(a: number, b: number): boolean {
    const first = this.heap[a];
    const second = this.heap[b];
    return first !== undefined && second !== undefined && compare(first, second) < 0;
  }

  private swap(a: number, b: number): void {
    const first = this.heap[a];
    const second = this.heap[b];
    if (!first || !second) return;
    this.heap[a] = second;
    this.heap[b] = first;
  }
}

function compare(a: Timer, b: Timer): number {
  if (a.atMs !== b.atMs) return a.atMs - b.atMs;
  if (a.kind !== b.kind) return a.kind < b.kind ? -1 : 1;
  if (a.id === b.id) return 0;
  return a.id < b.id ? -1 : 1;
}
