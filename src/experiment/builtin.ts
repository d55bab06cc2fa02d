import { errorRateSli, LATENCY_SLI } from './builtin-slis.js';

/** What a built-in experiment is made for. */
export type BuiltinTarget =
  | { readonly kind: 'region'; readonly region: string; readonly survivors: readonly string[] }
  | { readonly kind: 'az'; readonly zone: string }
  | { readonly kind: 'group'; readonly region: string; readonly group: string }
  | { readonly kind: 'instance'; readonly region: string; readonly id: string };

/** The built-in experiment for a scope, as the text of an experiment file: a person can read, save and change it. */
export function builtinExperiment(target: BuiltinTarget): string {
  switch (target.kind) {
    case 'region':
      return text({
        name: `chaos-kong-${target.region}`,
        hypothesis: `Members keep streaming while ${target.region} is dark.`,
        blast: [`scope: region`, `region: ${target.region}`, `survivors: [${target.survivors.join(', ')}]`, 'limits: { instances: 1000, share: 100% }'],
        method: [
          'fault: region-dark', 'shift: { to: survivors, steps: [25%, 50%, 100%], every: 20s }', 'hold: 5m',
          'restore: region-dark', 'return: { steps: [10%, 25%, 50%, 100%], every: 1m }',
        ],
      });
    case 'az':
      return text({
        name: `chaos-gorilla-${target.zone}`,
        hypothesis: `Members do not notice when ${target.zone} loses its network.`,
        blast: ['scope: az', `az: ${target.zone}`, 'limits: { instances: 1000, share: 50% }'],
        method: ['fault: az-blackout', 'hold: 3m', 'restore: az-blackout'],
      });
    case 'group':
      return text({
        name: `chaos-monkey-${target.group}`,
        hypothesis: `Members do not notice when an instance of ${target.group} stops.`,
        blast: ['scope: instance', `region: ${target.region}`, 'instance: { count: 1 }', `select: { groups: [${JSON.stringify(target.group)}] }`, 'limits: { instances: 1 }'],
        method: ['fault: instance-stop', 'hold: 2m', 'restore: instance-stop'],
      });
    case 'instance':
      return text({
        name: `chaos-monkey-${target.id}`,
        hypothesis: `Members do not notice when ${target.id} stops.`,
        blast: ['scope: instance', `region: ${target.region}`, `instance: { ids: [${target.id}] }`, 'limits: { instances: 1 }'],
        method: ['fault: instance-stop', 'hold: 2m', 'restore: instance-stop'],
      });
  }
}

interface Parts {
  readonly name: string;
  readonly hypothesis: string;
  readonly blast: readonly string[];
  readonly method: readonly string[];
}

function text({ name, hypothesis, blast, method }: Parts): string {
  return `version: 1
name: ${JSON.stringify(name.replace(/[^\w.-]/g, '-').slice(0, 100))}
hypothesis: ${JSON.stringify(hypothesis)}
blastRadius:
${blast.map((line) => `  ${line}`).join('\n')}
${SLIS}method:
${method.map((line) => `  - ${line}`).join('\n')}
`;
}

/** What the default world publishes: how members fare, whichever region serves them. */
const SLIS = `slis:
  stream-starts:
    title: Stream starts that succeed
    unit: percent
    cloudwatch:
      namespace: Streaming
      metrics:
        ok: { name: StreamStartSuccess, stat: Sum, dimensions: { Scope: global } }
        all: { name: StreamStarts, stat: Sum, dimensions: { Scope: global } }
      expression: 100 * ok / all
      period: 10s
      per: global
${errorRateSli({ dimensions: '{ Scope: global }', per: 'global' })}${LATENCY_SLI}steadyState:
  - { sli: stream-starts, expect: ">= 99%", settle: 3m }
  - { sli: error-rate, expect: "<= 0.1%", settle: 3m }
  - { sli: latency-p99, expect: "<= baseline + 50ms", settle: 3m }
abort:
  when:
    - { sli: stream-starts, breach: "< 97%", for: 3 of 5 }
    - { sli: error-rate, breach: "> 1%", for: 3 of 5 }
objectives: { rto: 3m }
`;
