// Bundles the editor into one script and one style sheet, or its tests for Node's runner: node build.mjs bundle|tests FOLDER
import { build } from 'esbuild';
import { readFileSync, readdirSync } from 'node:fs';

const [what, outdir] = process.argv.slice(2);
const options = { bundle: true, target: 'es2022', legalComments: 'none', logLevel: 'warning' };

if (what === 'tests') {
 const entryPoints = readdirSync('test').filter(name => name.endsWith('.test.ts')).map(name => `test/${name}`);
 await build({ ...options, entryPoints, platform: 'node', format: 'esm', outdir, outExtension: { '.js': '.mjs' }, external: ['playwright-core'] });
} else {
 const worker = await build({ ...options, entryPoints: ['src/worker.ts'], minify: true, write: false });
 // The licences of both packages ask for their notice in every copy, and so in every page.
 const fft = readFileSync('node_modules/fft.js/README.md', 'utf8').split('#### LICENSE')[1].split(/^\[/m)[0];
 const midi = readFileSync('node_modules/midi-file/LICENSE.md', 'utf8');
 const banner = { js: `/*! This script contains fft.js.${fft.trimEnd()}\n\nIt contains midi-file.\n\n${midi.trim()}\n*/` };
 await build({
  ...options, banner, entryPoints: { editor: 'src/main.ts' }, minify: true, format: 'iife', outdir,
  define: { WORKER_SCRIPT: JSON.stringify(worker.outputFiles[0].text) },
 });
 await build({ ...options, entryPoints: ['src/editor.css'], minify: true, outdir });
}
