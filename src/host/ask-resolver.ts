import { Resolver } from 'node:dns/promises';
import { messageOf } from '../model/errors.js';
import type { AskResolver, DnsAnswer, Question, ResolverSettings } from '../model/resolution.js';

/** A lost packet says nothing: each question may be sent twice within its time. */
const TRIES = 2;
/** The codes with which nothing was heard at all. */
const SILENT: readonly string[] = ['ETIMEOUT', 'ECONNREFUSED', 'ECANCELLED', 'EHOSTUNREACH', 'ENETUNREACH'];
const WORDS: Readonly<Record<string, string>> = {
  ENOTFOUND: 'there is no such name (NXDOMAIN)',
  ENODATA: 'the name has no record of this type (NODATA)',
  ESERVFAIL: 'it failed (SERVFAIL)',
  EREFUSED: 'it refused (REFUSED)',
  EBADRESP: 'its answer makes no sense',
  EBADNAME: 'no name that can be asked for',
  EFORMERR: 'it did not understand the question (FORMERR)',
  ENOTIMP: 'it does not know such questions (NOTIMP)',
  ECONNREFUSED: 'nobody listens there',
};

/**
 * Asks one resolver, and nobody else: neither the machine's own resolvers nor its hosts file count.
 * @see https://nodejs.org/docs/latest-v20.x/api/dns.html#class-dnspromisesresolver
 */
export function askResolver({ address, timeoutMs }: ResolverSettings): AskResolver {
  return async (question) => {
    // its own for each question: a late answer to one must not be taken for another's, and cancelling ends all of one
    const resolver = new Resolver({ timeout: Math.ceil(timeoutMs / TRIES), tries: TRIES });
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      resolver.cancel();
    }, timeoutMs);
    try {
      resolver.setServers([address]);
      return valuesOf(await ask(resolver, question));
    } catch (error) {
      return failureOf(error, isLate, timeoutMs);
    } finally {
      clearTimeout(timer);
    }
  };
}

function ask(resolver: Resolver, { name, type }: Question): Promise<readonly string[]> {
  switch (type) {
    case 'A':
      return resolver.resolve4(name);
    case 'AAAA':
      return resolver.resolve6(name);
    case 'CNAME':
      return resolver.resolveCname(name);
  }
}

function valuesOf(values: readonly string[]): DnsAnswer {
  return values.length === 0 ? { kind: 'none', why: 'the answer is empty' } : { kind: 'values', values };
}

function failureOf(error: unknown, isLate: boolean, timeoutMs: number): DnsAnswer {
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (isLate || code === 'ETIMEOUT') return { kind: 'silent', why: `no answer within ${timeoutMs / 1_000}s` };
  const why = WORDS[code] ?? messageOf(error);
  return SILENT.includes(code) ? { kind: 'silent', why } : { kind: 'none', why };
}
