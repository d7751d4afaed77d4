// Opens an editor's page in a real browser, edits as a person would, and writes down what comes out after every step:
// NAME.json, the exported code, and NAME.f32, the page's sound.
// node test/walk.mjs PAGE FOLDER [no-worker|broken-worker]: the last as in front ends that forbid workers, at once or when they would run.
import { chromium } from 'playwright-core';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [file, folder, workers] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
const browser = await chromium.launch({
 executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--mute-audio', '--autoplay-policy=no-user-gesture-required'],
});
const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
if (workers === 'no-worker') await page.addInitScript(() => { window.Worker = class { constructor() { throw new Error('forbidden'); } }; });
if (workers === 'broken-worker') await page.addInitScript(() => {
 const real = URL.createObjectURL;
 URL.createObjectURL = blob => blob.type === 'text/javascript' ? 'data:text/javascript,throw "forbidden"' : real.call(URL, blob);
});
const problems = [];
page.on('console', message => message.type() === 'error' && problems.push(message.text()));
page.on('pageerror', error => error.message !== 'forbidden' && problems.push(error.message));
page.on('request', request => request.url().startsWith('http') && problems.push(`asked for ${request.url()}`));

const editor = (script, argument) => page.evaluate(`(${script})(window.sparseAudioEditors[0], ${JSON.stringify(argument ?? null)})`);
const press = async (...keys) => { for (const key of keys) await page.keyboard.press(key); };
const settled = () => editor('async editor => { await editor.settled(); }');

const record = async name => {
 await settled();
 writeFileSync(join(folder, `${name}.json`), await editor('editor => editor.exportCode()'));
 const sound = await editor(`editor => {
  const bytes = new Uint8Array(editor.samples.buffer, editor.samples.byteOffset, editor.samples.byteLength);
  let text = '';
  for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return btoa(text);
 }`);
 writeFileSync(join(folder, `${name}.f32`), Buffer.from(sound, 'base64'));
};

// The loudest notes in what is shown, where a mouse can take hold of them.
const places = () => editor(`editor => editor.notes().filter(note => note.kind === 'note' && note.offset < editor.shownTo)
 .sort((a, b) => b.decibels - a.decibels).map(note => ({ note: note.note, pitch: note.pitch, ...editor.placeOf(note) }))`);
const drag = async (from, dx, dy) => {
 await page.mouse.move(from.x, from.y);
 await page.mouse.down();
 await page.mouse.move(from.x + dx / 2, from.y + dy / 2);
 await page.mouse.move(from.x + dx, from.y + dy);
 await page.mouse.up();
};

try {
 await page.goto(pathToFileURL(file).href);
 await page.waitForFunction(() => window.sparseAudioEditors?.[0]);
 await record('unedited');
 await page.focus('canvas[role=application]');

 await press('Control+a', 'Shift+Alt+ArrowUp');
 await record('octave-up');
 await press('Control+z');

 let [loudest] = await places();
 await page.mouse.click(loudest.x, loudest.y);
 await press('Alt+ArrowUp', 'Alt+ArrowUp', 'Shift+Alt+ArrowRight', 'Alt+ArrowLeft');
 await record('note-moved');

 [loudest] = await places();
 const scale = await editor('editor => editor.scale');
 await drag(loudest, 0.3 * scale.pixelsPerSecond, -3 * scale.pixelsPerSemitone);
 await record('note-dragged');

 await press('[', '[', '[');
 await record('note-softer');
 await press('m');
 await record('note-muted');
 await press('m', 'd');
 await record('note-duplicated');
 await press('Delete');
 await record('copy-deleted');

 const changed = await editor('editor => { let steps = 0; for (; editor.canUndo; steps++) editor.run("Undo"); return steps; }');
 await record('undone');
 for (let i = 0; i < changed; i++) await press('Control+Shift+z');
 await record('redone');
 await editor('editor => { while (editor.canUndo) editor.run("Undo"); }');

 // A voice, taken with a rubber band, alone and an octave higher; then saved as a file, as a person saves it.
 const shown = await places(), middle = shown.map(place => place.pitch).sort((a, b) => a - b)[Math.floor(shown.length / 3)];
 const box = await page.locator('canvas[role=application]').boundingBox();
 const border = shown.filter(place => place.pitch <= middle).reduce((top, place) => Math.min(top, place.y), Infinity) - 6;
 await drag({ x: box.x + 20, y: border }, box.width - 24, box.y + box.height - 60 - border);
 await press('s', 'Shift+Alt+ArrowUp');
 await record('voice-octave-up');
 const [download] = await Promise.all([page.waitForEvent('download'), press('Control+s')]);
 await download.saveAs(join(folder, 'saved.json'));
 const [sound] = await Promise.all([page.waitForEvent('download'), press('w')]);
 await sound.saveAs(join(folder, 'saved.wav'));
 const [notes] = await Promise.all([page.waitForEvent('download'), press('n')]);
 await notes.saveAs(join(folder, 'saved.mid'));

 const nameless = await page.evaluate(() => [...document.querySelectorAll('.sa-editor :is(button, select, canvas, [tabindex])')]
  .filter(item => !item.closest('dialog') && !item.getAttribute('aria-label') && !item.getAttribute('aria-hidden')).map(item => item.outerHTML.slice(0, 80)));
 problems.push(...nameless.map(html => `no accessible name: ${html}`));
} finally {
 await browser.close();
}
if (problems.length > 0) {
 console.error(problems.join('\n'));
 process.exitCode = 1;
}
