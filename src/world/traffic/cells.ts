import { KongError } from '../../model/errors.js';
import type { Json } from '../../model/json.js';

/** One number that a world remembers from tick to tick. */
export interface Cell {
  value: number;
}

/** All that the traffic remembers, by name: what is in no cell is worked out anew at each tick. */
export class Cells {
  private readonly cells = new Map<string, Cell>();
  /** Values of cells that are yet to be made. */
  private saved: ReadonlyMap<string, number> = new Map();

  /** A new cell; each name once. */
  make(name: string, initial: number): Cell {
    const cell: Cell = { value: this.saved.get(name) ?? initial };
    this.cells.set(name, cell);
    return cell;
  }

  save(): Json {
    return Object.fromEntries([...this.cells].map(([name, cell]) => [name, cell.value]));
  }

  /**
   * Takes values over from a saved state; a cell that it does not name keeps its value.
   * @throws KongError STATE_NOT_READABLE when it is no mapping of names to numbers
   */
  load(saved: Json): void {
    this.saved = numbersIn(saved);
    for (const [name, cell] of this.cells) cell.value = this.saved.get(name) ?? cell.value;
  }
}

function numbersIn(saved: Json): ReadonlyMap<string, number> {
  if (saved === null || typeof saved !== 'object' || Array.isArray(saved)) throw unreadable('it is no mapping');
  const numbers = new Map<string, number>();
  for (const [name, value] of Object.entries(saved)) {
    if (typeof value !== 'number' || !Number.isFinite(value)) throw unreadable(`${name} is no number`);
    numbers.set(name, value);
  }
  return numbers;
}

function unreadable(why: string): KongError {
  return new KongError('STATE_NOT_READABLE', `the saved traffic can't be read: ${why}`, {
    fix: 'begin with a fresh world',
  });
}
