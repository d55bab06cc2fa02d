import type { ResourceRecordSet } from '@aws-sdk/client-route-53';
import type { Answer, Question } from 'dns-packet';
import type { Reaction } from './dns-server.js';
import type { Bench } from './sim-drill.js';

/** What is asked. */
export type Asked = Pick<Question, 'name' | 'type'>;
/** Answers a question, now or once it has asked somebody else. */
export type React = (asked: Asked) => Reaction | Promise<Reaction>;

interface Choice {
  readonly weight: number;
  readonly values: readonly string[];
}

const NOBODY: Reaction = { kind: 'failure', code: 'NXDOMAIN' };

/**
 * Asks the simulated Route 53 each time: what it has in sync, by weights and failover pairs.
 *
 * @param target - what the records of a region answer
 */
export function simAnswers({ sim }: Bench, target: (region: string, asked: Asked) => string = edgeOf): React {
  const pick = inTurn();
  return (asked) => {
    const own = sim.look().infra.answers.filter(({ domain }) => domain === asked.name);
    const choices = own.map(({ region, weight }) => ({ weight, values: [target(region, asked)] }));
    return answer(asked, pick(choices));
  };
}

/** Where the records of the streaming world lead. */
export function edgeOf(region: string): string {
  return `edge.${region}.streaming.example`;
}

/** Answers as Route 53 does by these records, as they are read each time. */
export function recordAnswers(read: () => Promise<readonly ResourceRecordSet[]>): React {
  const pick = inTurn();
  return async (asked) => {
    const own = (await read()).filter(
      ({ Name, Type }) => Name?.replace(/\.$/, '') === asked.name && Type === asked.type,
    );
    const choices = own.map(({ Weight: weight = 1, ResourceRecords: records = [] }) => {
      return { weight, values: records.map(({ Value = '' }) => Value) };
    });
    return answer(asked, pick(choices));
  };
}

/** One after the other, each as often as its weight says. */
function inTurn(): (choices: readonly Choice[]) => Choice | undefined {
  let turn = 0;
  return (choices) => {
    const total = choices.reduce((sum, { weight }) => sum + weight, 0);
    // 37 has no common divisor with the sums that tests use
    let left = (turn++ * 37) % Math.max(1, total);
    return choices.find(({ weight }) => (left -= weight) < 0);
  };
}

function answer({ name, type }: Asked, choice: Choice | undefined): Reaction {
  if (!choice) return NOBODY;
  return { kind: 'answers', answers: choice.values.map((value) => answerOf(name, type, value)) };
}

function answerOf(name: string, type: Asked['type'], value: string): Answer {
  if (type === 'A' || type === 'AAAA') return { type, name, ttl: 60, data: value };
  return { type: 'CNAME', name, ttl: 60, data: value.replace(/\.$/, '') };
}
