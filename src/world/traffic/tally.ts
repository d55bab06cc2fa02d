import type { Cell, Cells } from './cells.js';

const COUNTS = ['requests', 'failed', 'starts', 'startsOk', 'hits', 'lookups', 'retries', 'crossRegion'] as const;
const SUMS = ['playSeconds', 'stallSeconds', 'delaySeconds', 'answeredMs'] as const;

type CountName = (typeof COUNTS)[number];
type SumName = (typeof SUMS)[number];

/** What adds up over one period, in one region or everywhere. */
export class Tally {
  private readonly cells: ReadonlyMap<CountName | SumName, Cell>;

  constructor(name: string, cells: Cells) {
    this.cells = new Map([...COUNTS, ...SUMS].map((key) => [key, cells.make(`tally/${name}/${key}`, 0)]));
  }

  add(name: CountName | SumName, amount: number): void {
    const cell = this.cells.get(name);
    if (cell) cell.value += amount;
  }

  peek(name: CountName | SumName): number {
    return this.cells.get(name)?.value ?? 0;
  }

  /** A whole number of events: what is left over is counted in the next period, so that nothing is lost. */
  takeCount(name: CountName, most = Number.POSITIVE_INFINITY): number {
    const cell = this.cells.get(name);
    if (!cell) return 0;
    // what is a whole number but for the last bits of adding up is that number
    const whole = Math.min(most, Math.floor(cell.value + 1e-6));
    cell.value = Math.max(0, cell.value - whole);
    return whole;
  }

  takeSum(name: SumName): number {
    const cell = this.cells.get(name);
    const sum = cell?.value ?? 0;
    if (cell) cell.value = 0;
    return sum;
  }
}

/** A mean over the time of one period. */
export class Mean {
  private readonly sum: Cell;
  private readonly weight: Cell;

  constructor(name: string, cells: Cells) {
    this.sum = cells.make(`mean/${name}/sum`, 0);
    this.weight = cells.make(`mean/${name}/weight`, 0);
  }

  add(value: number, weight: number): void {
    this.sum.value += value * weight;
    this.weight.value += weight;
  }

  /** @returns undefined where nothing was added */
  take(): number | undefined {
    const mean = this.weight.value > 0 ? this.sum.value / this.weight.value : undefined;
    this.sum.value = this.weight.value = 0;
    return mean;
  }
}
