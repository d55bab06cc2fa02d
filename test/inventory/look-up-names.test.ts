import { describe, expect, it } from 'vitest';
import { lookUp, type KnownAddresses, type LookUpRequest } from '../../src/inventory/look-up-names.js';
import type { DnsAnswer, Lead, MovedName, Question } from '../../src/model/resolution.js';

const lead = (region: string | null, ...values: readonly string[]): Lead => ({
  region,
  target: { kind: 'values', values },
});
const alias = (region: string, name: string): Lead => ({ region, target: { kind: 'alias', name } });

function moved(type: string, ...leads: readonly Lead[]): MovedName {
  return { name: 'api.example.com', type, ttlSeconds: 60, share: 0.5, leads };
}

/** Counts of one name: answers that lead to us-east-1, elsewhere, and nobody knows where. */
async function counted(
  name: MovedName,
  ask: (question: Question) => DnsAnswer,
  more: Partial<LookUpRequest> = {},
): Promise<readonly [number, number, number, string | null]> {
  const request = { names: [name], region: 'us-east-1', samples: 4, now: () => 0, addresses: new Map(), ...more };
  const [seen] = await lookUp({ ...request, ask: async (question) => ask(question) });
  return [seen?.region ?? -1, seen?.elsewhere ?? -1, seen?.unknown ?? -1, seen?.why ?? null];
}

const values = (...all: readonly string[]): DnsAnswer => ({ kind: 'values', values: all });
const SILENCE: DnsAnswer = { kind: 'silent', why: 'no answer within 2s' };

describe('an answer that can not be attributed', () => {
  const A = moved('A', lead('us-east-1', '192.0.2.1', '192.0.2.9'), lead('us-west-2', '192.0.2.2', '192.0.2.9'));

  it.each([
    ['192.0.2.7', '192.0.2.7 is the answer of none of its records'],
    ['192.0.2.9', '192.0.2.9 is the answer of several regions'],
  ])('is not known: %s', async (address, why) => {
    expect(await counted(A, () => values(address))).toEqual([0, 0, 4, why]);
  });

  it('is not taken for one that leads elsewhere because of another beside it', async () => {
    const [region, elsewhere, unknown] = await counted(A, () => values('192.0.2.2', '192.0.2.7'));
    expect([region, elsewhere, unknown]).toEqual([0, 0, 4]);
  });

  it('is one of an alias whose target nobody knows', async () => {
    const name = moved('A', alias('us-east-1', 'lb.us-east-1.example.com.'));
    const ask = (question: Question): DnsAnswer =>
      question.name === 'api.example.com' ? values('192.0.2.1') : { kind: 'none', why: 'NXDOMAIN' };
    expect(await counted(name, ask)).toEqual([0, 0, 4, '192.0.2.1 is the answer of none of its records']);
  });

  it('is any of a record that can not be asked for', async () => {
    const asked: Question[] = [];
    const ask = (question: Question): DnsAnswer => {
      asked.push(question);
      return values('x');
    };
    expect(await counted(moved('HTTPS', lead('us-east-1', 'x')), ask)).toEqual([
      0,
      0,
      0,
      "kong can't ask for HTTPS records",
    ]);
    expect(asked).toEqual([]);
  });
});

describe('an answer', () => {
  it('leads to the region where one of its addresses does', async () => {
    const name = moved('A', lead('us-east-1', '192.0.2.1'), lead('us-west-2', '192.0.2.2'));
    expect(await counted(name, () => values('192.0.2.2', '192.0.2.1'))).toEqual([4, 0, 0, null]);
    expect(await counted(name, () => values('192.0.2.2'))).toEqual([0, 4, 0, null]);
  });

  it('leads elsewhere where no region is known of its record', async () => {
    const name = moved('CNAME', lead('us-east-1', 'edge.us-east-1.example.com'), lead(null, 'cdn.example.net.'));
    expect(await counted(name, () => values('CDN.example.net'))).toEqual([0, 4, 0, null]);
  });

  it('is the same address however that is written', async () => {
    const name = moved('AAAA', lead('us-east-1', '2001:0DB8:0:0::1'), lead('us-west-2', '2001:db8::2'));
    expect(await counted(name, () => values('2001:db8:0:0:0:0:0:1'))).toEqual([4, 0, 0, null]);
  });

  it('leads to the region by an address that the target of an alias had once', async () => {
    const name = moved(
      'A',
      alias('us-east-1', 'lb.us-east-1.example.com.'),
      alias('us-west-2', 'lb.us-west-2.example.com'),
    );
    const addresses: KnownAddresses = new Map();
    let target = '192.0.2.1';
    const ask = ({ name: asked }: Question): DnsAnswer => {
      if (asked.startsWith('api')) return values('192.0.2.1');
      return values(asked.includes('us-east-1') ? target : '192.0.2.2');
    };
    expect(await counted(name, ask, { addresses })).toEqual([4, 0, 0, null]);
    target = '192.0.2.77';
    expect(await counted(name, ask, { addresses })).toEqual([4, 0, 0, null]);
  });
});

describe('a resolver that is silent', () => {
  const names = Array.from({ length: 100 }, (_, i) => ({ ...moved('CNAME', lead('us-east-1', 'x')), name: `n${i}` }));

  it('is given up after its first silences, whatever there is to ask', async () => {
    let asked = 0;
    const ask = async (): Promise<DnsAnswer> => {
      asked++;
      return SILENCE;
    };
    const request = { names, region: 'us-east-1', samples: 10, now: () => 0, addresses: new Map() };
    const counts = await lookUp({ ...request, ask });
    expect(asked).toBeLessThanOrEqual(8);
    expect(counts.every(({ unknown, why }) => unknown === 1 && why === 'no answer within 2s')).toBe(true);
  });

  it('at one question leaves that name alone, and no other', async () => {
    const ask = async ({ name }: Question): Promise<DnsAnswer> => (name === 'n1' ? SILENCE : values('x'));
    const request = { names, region: 'us-east-1', samples: 2, now: () => 0, addresses: new Map() };
    const counts = await lookUp({ ...request, ask });
    expect(counts.filter(({ unknown }) => unknown > 0).map(({ name }) => name)).toEqual(['n1']);
    expect(counts.filter(({ region }) => region === 2)).toHaveLength(99);
  });

  it('for long ends the look', async () => {
    let nowMs = 0;
    const ask = async (): Promise<DnsAnswer> => {
      nowMs += 3_000;
      return values('x');
    };
    const request = { names, region: 'us-east-1', samples: 10, now: () => nowMs, addresses: new Map() };
    const counts = await lookUp({ ...request, ask });
    expect(counts.at(-1)).toMatchObject({ asked: 1, unknown: 1, why: 'not asked any more after 10s' });
  });
});

it('asks for each of very many names less often', async () => {
  let asked = 0;
  const many = Array.from({ length: 400 }, (_, i) => ({ ...moved('CNAME', lead('us-east-1', 'x')), name: `n${i}` }));
  const ask = async (): Promise<DnsAnswer> => {
    asked++;
    return values('x');
  };
  await lookUp({ names: many, region: 'us-east-1', samples: 10, now: () => 0, addresses: new Map(), ask });
  expect(asked).toBe(800);
});
