import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

/** Shapes that the style does without, anywhere. */
const unwantedSyntax = [
  { selector: 'TSEnumDeclaration', message: 'Use a union of literals: enums are not erasable and compare loosely.' },
  { selector: 'ExportDefaultDeclaration', message: 'Use a named export: a thing has one name everywhere.' },
  { selector: 'ExportAllDeclaration', message: 'No barrels: import from the file that has it.' },
];

/** The named `z` of zod is an object of all that it has, its translations too: no bundler can leave any of it out. */
const wholeZod = {
  selector: "ImportDeclaration[source.value='zod'][importKind='value'] > ImportSpecifier",
  message: "Use `import * as z from 'zod'`: it brings only what is used.",
};

/** What a drill must get passed in, so that it replays from its seed. */
const PASSED_IN = 'Take it from the Clock, Random or Machine that is passed in: only src/host touches the process.';
const ambientSyntax = [
  { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: PASSED_IN },
  { selector: "CallExpression[callee.name='Date']", message: PASSED_IN },
];
const ambientGlobals = ['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'console', 'performance'];
const ambientProperties = [
  ['Date', 'now'],
  ['Math', 'random'],
  ['crypto', 'randomUUID'],
  ['crypto', 'getRandomValues'],
  ['process', 'env'],
  ['process', 'hrtime'],
  ['process', 'uptime'],
  ['process', 'cwd'],
  ['globalThis', 'setTimeout'],
];
const ambientModules = [
  { regex: '^(node:)?(timers|process|perf_hooks)(/|$)', message: PASSED_IN },
  { regex: '^(node:)?crypto$', importNamePattern: '^random', message: PASSED_IN },
];

export default defineConfig(
  globalIgnores(['dist/', '.cache/', 'coverage/', '**/.kong/']),
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      // numbers and booleans in messages say what they say
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-confusing-void-expression': 'off',
      // kong's objects are records of functions, which don't use `this`
      '@typescript-eslint/unbound-method': 'off',
      // many AWS commands answer with nothing, and the SDK's type for that is {}
      '@typescript-eslint/no-generated-empty-object-type': 'off',
      // a function without await is async where an interface asks for a promise, so that what it throws is a rejection
      '@typescript-eslint/require-await': 'off',
    },
  },
  {
    files: ['**/*.ts', '**/*.js'],
    rules: {
      // an exhaustive switch over a union is one decision, however many its cases
      complexity: ['error', { max: 12, variant: 'modified' }],
      eqeqeq: 'error',
      'max-depth': ['error', 3],
      'max-lines': ['error', { max: 300, skipBlankLines: false, skipComments: false }],
      'max-len': ['error', { code: 120, ignoreUrls: true, ignoreTemplateLiterals: true, ignoreRegExpLiterals: true }],
      'no-restricted-syntax': ['error', ...unwantedSyntax],
      'no-var': 'error',
      'prefer-const': 'error',
    },
  },
  {
    files: ['src/**/*.ts', 'scripts/**/*.js', 'bin/**/*.js'],
    rules: {
      'max-lines-per-function': ['error', { max: 70, skipBlankLines: false, skipComments: false, IIFEs: true }],
      'max-params': ['error', 4],
    },
  },
  {
    files: ['src/**/*.ts'],
    rules: {
      '@typescript-eslint/consistent-type-assertions': ['error', { assertionStyle: 'never' }],
      'no-restricted-syntax': ['error', ...unwantedSyntax, wholeZod],
    },
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/host/**'],
    rules: {
      'no-restricted-syntax': ['error', ...unwantedSyntax, wholeZod, ...ambientSyntax],
      'no-restricted-globals': ['error', ...ambientGlobals.map((name) => ({ name, message: PASSED_IN }))],
      'no-restricted-properties': [
        'error',
        ...ambientProperties.map(([object, property]) => ({ object, property, message: PASSED_IN })),
      ],
      'no-restricted-imports': ['error', { patterns: ambientModules }],
    },
  },
  {
    files: ['test/**/*.ts'],
    rules: { 'max-lines-per-function': ['error', { max: 200, skipBlankLines: false, skipComments: false }] },
  },
  {
    // the two tools that read their settings from a default export
    files: ['eslint.config.js', 'vitest.config.ts'],
    rules: { 'no-restricted-syntax': 'off' },
  },
);
