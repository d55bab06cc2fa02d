#!/usr/bin/env node
import fs from 'node:fs';
import module from 'node:module';

const main = new URL('../dist/main.js', import.meta.url);
if (fs.existsSync(main)) {
  module.enableCompileCache?.();
  await import(main.href);
} else {
  process.stderr.write('kong is not built: run `npm ci` in its folder\n');
  process.exitCode = 5;
}
