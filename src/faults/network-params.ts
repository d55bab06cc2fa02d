/** Where packets are delayed or lost, for the faults that do so. */
export const WHERE = {
  sources: {
    kind: 'text',
    pattern: String.raw`[\w.:/-]{1,200}(,[\w.:/-]{1,200}){0,31}`,
    example: '10.0.0.0/16,db.internal',
    default: '0.0.0.0/0',
    means: 'addresses, ranges or names to which packets are hit, separated by commas',
  },
  interface: {
    kind: 'text',
    pattern: String.raw`[\w.-]{1,15}(,[\w.-]{1,15}){0,7}`,
    example: 'eth0',
    default: 'DEFAULT',
    means: 'network interfaces; DEFAULT is the primary one, ALL every one',
  },
} as const;

/** What delays and losses leave alone. */
export const NETWORK_FIDELITY = [
  'packets that leave the instance alone are hit, so that each round trip is once',
  'IPv6 goes on as it was, and so do flows that do not pass the instance’s own interfaces',
  'a name is looked up once, when it begins',
] as const;
