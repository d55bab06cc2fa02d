import { errorRateSli, LATENCY_SLI } from './builtin-slis.js';

/** An escape that kong brings: which region is sick, and who carries on. */
export interface EscapeTarget {
  readonly region: string;
  readonly survivors: readonly string[];
}

/** The built-in escape from a region, as the text of an experiment file: a person can read, save and change it. */
export function builtinEscape({ region, survivors }: EscapeTarget): string {
  return `version: 1
name: escape-${region}
hypothesis: Members are served by the other regions until ${region} is well again.
escape: true
blastRadius:
  scope: region
  region: ${region}
  survivors: [${survivors.join(', ')}]
  limits: { instances: 0 }
${SLIS}method:
  - prewarm: { capacity: 150% }
  - shift: { to: survivors, steps: [25%, 50%, 100%], every: 20s }
  - stay: told
  - return: { steps: [5%, 25%, 50%, 100%], every: 1m }
`;
}

/** What the default world publishes, of each survivor. */
const SLIS = `slis:
${errorRateSli({ dimensions: '{ Tier: edge }', per: 'region' })}${LATENCY_SLI}steadyState:
  - { sli: error-rate, expect: "<= 1%", settle: 5m }
  - { sli: latency-p99, expect: "<= baseline * 2", settle: 5m }
abort: # of an escape: told, and no reason to send traffic back
  when:
    - { sli: error-rate, breach: "> 5%", for: 3 of 5 }
`;
