import type { AnswerView } from '../ports.js';
import type { Cell, Cells } from './cells.js';
import type { DnsModel } from './model.js';

/** What clients of one name believe: one entry a region. */
interface Belief {
  readonly region: string;
  /** Share among clients whose resolvers honour the TTL. */
  readonly prompt: Cell;
  /** Share among those whose resolvers do not. */
  readonly late: Cell;
  target: number;
}

/**
 * Which region the clients of one DNS name have resolved it to. Clients ask again as their answers expire, at moments
 * spread over the TTL: the share that still believes the old weights falls by 1/e in a TTL. A few resolvers keep
 * answers for much longer.
 */
export class NameResolution {
  private readonly name: string;
  private readonly model: DnsModel;
  private readonly beliefs: readonly Belief[];
  private readonly begun: Cell;
  private ttlMs = 0;
  private version = -1;

  constructor(
    name: string,
    regions: readonly string[],
    { model, cells }: { readonly model: DnsModel; readonly cells: Cells },
  ) {
    this.name = name;
    this.model = model;
    this.begun = cells.make(`dns/${name}/begun`, 0);
    this.beliefs = regions.map((region) => ({
      region,
      prompt: cells.make(`dns/${name}/${region}/prompt`, 0),
      late: cells.make(`dns/${name}/${region}/late`, 0),
      target: 0,
    }));
  }

  /** Lets time pass. At the first step all clients believe what is answered. */
  step(answers: readonly AnswerView[], version: number, elapsedMs: number): void {
    if (version !== this.version) this.readAnswers(answers, version);
    const first = this.begun.value === 0;
    const stay = first ? 0 : Math.exp(-elapsedMs / Math.max(1, this.ttlMs));
    const lateStay = first ? 0 : Math.exp(-elapsedMs / Math.max(1, this.ttlMs, this.model.stragglerMs));
    for (const { prompt, late, target } of this.beliefs) {
      prompt.value = target + (prompt.value - target) * stay;
      late.value = target + (late.value - target) * lateStay;
    }
    this.begun.value = 1;
  }

  /** Share of clients, 0..1, that go to a region. What is missing to 1 has no answer at all. */
  shareOf(region: string): number {
    const { stragglers } = this.model;
    const belief = this.beliefs.find((one) => one.region === region);
    return belief ? belief.prompt.value * (1 - stragglers) + belief.late.value * stragglers : 0;
  }

  private readAnswers(answers: readonly AnswerView[], version: number): void {
    this.version = version;
    const own = answers.filter((answer) => answer.domain === this.name);
    const total = own.reduce((sum, answer) => sum + answer.weight, 0);
    for (const belief of this.beliefs) {
      const here = own.filter((answer) => answer.region === belief.region);
      // Route 53 answers as if all weights were equal when all are 0
      belief.target =
        total > 0
          ? here.reduce((sum, answer) => sum + answer.weight, 0) / total
          : here.length / Math.max(1, own.length);
    }
    if (own.length > 0) this.ttlMs = Math.max(...own.map((answer) => answer.ttlSeconds)) * 1_000;
  }
}
