import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/cli/config.js';
import { KongError } from '../../src/model/errors.js';
import { MemoryFiles } from '../support/memory-files.js';

function read(body: string): ReturnType<typeof readConfig>['switches'] {
  const files = new MemoryFiles();
  files.write('own.yaml', `version: 1\nswitches:\n${body}`);
  return readConfig('own.yaml', files).switches;
}

function problemsOf(body: string): string {
  try {
    read(body);
  } catch (error) {
    if (error instanceof KongError) return error.detail.join('\n');
    throw error;
  }
  return '';
}

const command = (read: string, write: string): string => `  a: { command: { read: ${read}, write: ${write} } }\n`;
const http = (url: string, write = `{ url: "${url}", body: "{value}" }`): string =>
  `  a: { http: { read: { url: "${url}" }, write: ${write} } }\n`;

describe('a switch in kong.yaml is refused, with its place', () => {
  it.each([
    ['  a: {}\n', 'a switch is one thing'],
    [command('edgectl get', '[x, "{value}"]'), 'is a list: the program, then its arguments'],
    [command('[]', '[x, "{value}"]'), 'needs a program'],
    [command('[x]', '["{value}"]'), 'needs a program'],
    [command('[x, "{value}"]', '[x, "{value}"]'), 'read has no value'],
    [command('[x]', '[x, value]'), 'write does not say where the value goes'],
    [http('http://edge.example.com/v1'), 'is no https address'],
    [http('https://user:secret@edge.example.com/v1'), 'is no https address'],
    [http('ftp://127.0.0.1/v1'), 'is no https address'],
    [http('https://edge.example.com', '{ url: "https://{value}.example.com" }'), 'is no https address'],
    [http('https://edge.example.com', '{ url: "https://edge.example.com/v1" }'), 'does not say where the value goes'],
    [http('https://e.example.com', '{ url: "https://e.example.com/{value}", method: GET }'), 'GET is not one of'],
    ['  a: { parameter: { name: "/a b", region: us-east-1 } }\n', 'is no name of a parameter'],
    ['  a: { parameter: { name: /a, region: us-east-1 }, timeout: 2m }\n', 'has to be at most 1m'],
    ['  a: { parameter: { name: /a, region: us-east-1 }, maxOutput: 1GiB }\n', 'is no size'],
    ['  region-dark: { parameter: { name: /a, region: us-east-1 } }\n', 'is what something else is restored by'],
    ['  isolate: { parameter: { name: /a, region: us-east-1 } }\n', 'is what something else is restored by'],
    ['  A b: { parameter: { name: /a, region: us-east-1 } }\n', 'is no name for a switch'],
  ])('%j', (body, message) => {
    const problems = problemsOf(body);
    expect(problems).toMatch(/own\.yaml:\d+:\d+/);
    expect(problems).toContain(message);
  });
});

describe('a switch in kong.yaml', () => {
  it('has limits, and any value, where it says nothing else', () => {
    expect(read(command('[edgectl, get]', '[edgectl, set, "--to={value}"]'))).toEqual([
      {
        name: 'a',
        role: 'traffic',
        values: undefined,
        timeoutMs: 10_000,
        maxOutputBytes: 65_536,
        way: { kind: 'command', read: ['edgectl', 'get'], write: ['edgectl', 'set', '--to={value}'] },
      },
    ]);
  });

  it('may be http on this machine', () => {
    expect(problemsOf(http('http://127.0.0.1:8080/v1'))).toBe('');
    expect(problemsOf(http('http://127.0.0.1.example.com/v1'))).toContain('is no https address');
  });
});
