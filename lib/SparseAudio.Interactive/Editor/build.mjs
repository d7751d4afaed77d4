// Bundles the editor into one script and one style sheet, or its tests for Node's runner: node build.mjs bundle|tests FOLDER
import { build } from 'esbuild';
import { readdirSync } from 'node:fs';

const [what, outdir] = process.argv.slice(2);
const options = { bundle: true, target: 'es2022', legalComments: 'none', logLevel: 'warning' };

if (what === 'tests') {
 const entryPoints = readdirSync('test').filter(name => name.endsWith('.test.ts')).map(name => `test/${name}`);
 await build({ ...options, entryPoints, platform: 'node', format: 'esm', outdir, outExtension: { '.js': '.mjs' }, external: ['playwright-core'] });
} else {
 const worker = await build({ ...options, entryPoints: ['src/worker.ts'], minify: true, write: false });
 await build({
  ...options, entryPoints: { editor: 'src/main.ts' }, minify: true, format: 'iife', outdir,
  define: { WORKER_SCRIPT: JSON.stringify(worker.outputFiles[0].text) },
 });
 await build({ ...options, entryPoints: ['src/editor.css'], minify: true, outdir });
}
