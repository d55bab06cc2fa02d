import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/cli/config.js';
import { KongError } from '../../src/model/errors.js';
import { MemoryFiles } from '../support/memory-files.js';

function read(hook: string): ReturnType<typeof readConfig>['hooks'] {
  const files = new MemoryFiles();
  files.write('own.yaml', `version: 1\nhooks:\n  warm: ${hook}\n`);
  return readConfig('own.yaml', files).hooks;
}

function problemsOf(hook: string): string {
  try {
    read(hook);
  } catch (error) {
    if (error instanceof KongError) return error.detail.join('\n');
    throw error;
  }
  return '';
}

describe('a hook in kong.yaml is refused, with its place', () => {
  it.each([
    ['{}', 'a hook calls one thing'],
    ['{ command: [warm], http: { url: "https://e.example.com" } }', 'a hook calls one thing'],
    ['{ command: [warm], undo: {} }', 'a hook calls one thing'],
    ['{ command: ["{region}"] }', 'needs a program'],
    ['{ command: warm }', 'is a list: the program, then its arguments'],
    ['{ http: { url: "http://edge.example.com" } }', 'is no https address'],
    ['{ http: { url: "https://{region}.example.com" } }', 'is no https address'],
    ['{ http: { url: "https://e.example.com", method: GET, body: x } }', 'a GET has no body'],
    ['{ ssm: { document: AWS-RunShellScript, tags: {} } }', 'names no instances'],
    ['{ ssm: { document: "a b", tags: { app: edge } } }', 'is no name of a document'],
    ['{ command: [warm], timeout: 2m }', 'has to be at most 1m'],
    ['{ command: [warm], undoo: { command: [cool] } }', 'undo'],
  ])('%s', (hook, problem) => {
    const said = problemsOf(hook);
    expect(said).toContain(problem);
    expect(said).toMatch(/own\.yaml:\d+:\d+/);
  });
});

describe('a hook in kong.yaml', () => {
  it('has a list of texts for each parameter and tag, and an undo of another form', () => {
    const [hook] = read(
      '{ ssm: { document: Warm, parameters: { n: "3" }, tags: { app: edge } }, undo: { command: [cool] } }',
    );
    expect(hook).toMatchObject({
      name: 'warm',
      timeoutMs: 10_000,
      call: { kind: 'ssm', document: 'Warm', parameters: { n: ['3'] }, tags: { app: ['edge'] } },
      undo: { kind: 'command', argv: ['cool'] },
    });
  });
});
