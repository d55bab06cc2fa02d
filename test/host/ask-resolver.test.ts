import { describe, expect, it } from 'vitest';
import { askResolver } from '../../src/host/ask-resolver.js';
import type { AskResolver, Question } from '../../src/model/resolution.js';
import { leadsTo, openDnsServer, type DnsServer, type Reaction } from '../support/dns-server.js';

const API: Question = { name: 'api.example.com', type: 'CNAME' };
const IN_TIME = { samples: 1, timeoutMs: 5_000 };

async function asking(reaction: Reaction): Promise<{ readonly ask: AskResolver; readonly server: DnsServer }> {
  const server = await openDnsServer(() => reaction);
  return { server, ask: askResolver({ ...IN_TIME, address: server.address }) };
}

describe('a resolver that does not help', () => {
  it('is silent where nobody listens', async () => {
    const server = await openDnsServer(() => ({ kind: 'silence' }));
    server.stop();
    const ask = askResolver({ samples: 1, address: server.address, timeoutMs: 500 });
    expect(await ask(API)).toMatchObject({ kind: 'silent' });
  });

  it('is silent where no answer comes in time, and is waited for no longer than that', async () => {
    const server = await openDnsServer(() => ({ kind: 'silence' }));
    const begun = performance.now();
    const ask = askResolver({ samples: 1, address: server.address, timeoutMs: 300 });
    expect(await ask(API)).toEqual({ kind: 'silent', why: 'no answer within 0.3s' });
    expect(performance.now() - begun).toBeLessThan(2_000);
  });

  it.each([
    ['NXDOMAIN', 'there is no such name'],
    ['SERVFAIL', 'it failed'],
    ['REFUSED', 'it refused'],
  ] as const)('has an answer that leads nowhere: %s', async (code, why) => {
    const { ask } = await asking({ kind: 'failure', code });
    const answer = await ask(API);
    expect(answer.kind).toBe('none');
    expect(JSON.stringify(answer)).toContain(why);
  });

  it('has no answer where the name has other records alone', async () => {
    const { ask } = await asking({ kind: 'answers', answers: [] });
    expect(await ask(API)).toMatchObject({ kind: 'none' });
  });

  it('has no answer where what it sends can not be read', async () => {
    const server = await openDnsServer(() => ({ kind: 'garbage' }));
    const ask = askResolver({ samples: 1, address: server.address, timeoutMs: 500 });
    expect((await ask(API)).kind).not.toBe('values');
  });
});

describe('a resolver', () => {
  it('says where an alias leads, and is asked anew each time', async () => {
    const { ask, server } = await asking(leadsTo('api.example.com', 'edge.us-west-2.example.com'));
    for (let i = 0; i < 3; i++) {
      expect(await ask(API)).toEqual({ kind: 'values', values: ['edge.us-west-2.example.com'] });
    }
    expect(server.asked).toEqual(Array(3).fill('CNAME api.example.com'));
  });

  it('says the addresses of both families', async () => {
    const server = await openDnsServer(({ name, type }) => ({
      kind: 'answers',
      answers: [
        type === 'AAAA'
          ? { type: 'AAAA', name, ttl: 60, data: '2001:db8::1' }
          : { type: 'A', name, ttl: 60, data: '192.0.2.1' },
      ],
    }));
    const ask = askResolver({ ...IN_TIME, address: server.address });
    expect(await ask({ name: 'api.example.com', type: 'A' })).toEqual({ kind: 'values', values: ['192.0.2.1'] });
    expect(await ask({ name: 'api.example.com', type: 'AAAA' })).toEqual({ kind: 'values', values: ['2001:db8::1'] });
  });
});
