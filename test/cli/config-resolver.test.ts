import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/cli/config.js';
import { KongError } from '../../src/model/errors.js';
import { MemoryFiles } from '../support/memory-files.js';

function read(resolver: string): ReturnType<typeof readConfig>['resolver'] {
  const files = new MemoryFiles();
  files.write('own.yaml', `version: 1\nresolver: ${resolver}\n`);
  return readConfig('own.yaml', files).resolver;
}

function problemsOf(resolver: string): string {
  try {
    read(resolver);
  } catch (error) {
    if (error instanceof KongError) return error.detail.join('\n');
    throw error;
  }
  return '';
}

describe('a resolver in kong.yaml is refused, with its place', () => {
  it.each([
    ['localhost:5353', 'localhost:5353 is no address of a resolver', 'write 10.0.0.2, 127.0.0.1:5353'],
    ['127.0.0.1:0', 'is no address', ''],
    ['127.0.0.1:65536', 'is no address', ''],
    ['300.0.0.1', 'is no address', ''],
    ['"::1:5353:x"', 'is no address', ''],
    ['"[127.0.0.1]:53"', 'is no address', ''],
    ['{ address: 1 }', 'is no address', ''],
    ['{ samples: 3 }', 'address is missing', ''],
    ['{ adress: 127.0.0.1 }', 'unknown key adress', 'did you mean address?'],
    ['{ address: 127.0.0.1, samples: 0 }', 'samples has to be at least 1', ''],
    ['{ address: 127.0.0.1, samples: 101 }', 'samples has to be at most 100', ''],
    ['{ address: 127.0.0.1, samples: 1.5 }', 'samples has to be a whole number', ''],
    ['{ address: 127.0.0.1, timeout: 11s }', 'timeout has to be at most 10s', ''],
    ['{ address: 127.0.0.1, timeout: 0s }', 'timeout has to be longer than 0', ''],
    ['{ address: 127.0.0.1, timeout: 2 }', 'a duration needs a unit', ''],
  ])('%s', (resolver, problem, fix) => {
    const said = problemsOf(resolver);
    expect(said).toContain(problem);
    expect(said).toContain(fix);
    expect(said).toMatch(/own\.yaml:2:\d+/);
  });
});

describe('a resolver in kong.yaml', () => {
  it.each(['10.0.0.2', '127.0.0.1:5353', '"::1"', '"[::1]"', '"[2001:db8::53]:5353"'])(
    'is an address, asked ten times for two seconds each: %s',
    (address) => {
      expect(read(address)).toEqual({ address: address.replaceAll('"', ''), samples: 10, timeoutMs: 2_000 });
    },
  );

  it('may say how often and for how long it is asked', () => {
    expect(read('{ address: 10.0.0.2, samples: 3, timeout: 500ms }')).toEqual({
      address: '10.0.0.2',
      samples: 3,
      timeoutMs: 500,
    });
  });
});
