// The editor of a code's events: a piano roll that one hears, and edits.
import { type Action, keyOf } from './actions';
import { type Code, type CodeEvent, writeCode } from './code';
import * as edits from './edits';
import { Gestures, type GestureTarget } from './gestures';
import { describe, type NoteView, notesOf } from './notes';
import { build, download, type Elements } from './page';
import { midiOf } from './sound/midi';
import { Player } from './sound/player';
import type { Synth } from './sound/synth';
import { peakOf, rmsOf, writeWav } from './sound/wav';
import { type Controls, controlsOf } from './synth/controls';
import type { Model } from './synth/model';
import { type Box, type Drag, drawOverview, Roll } from './view/roll';

const shortestView = 0.25, refreshMilliseconds = 250, calmMilliseconds = 500;

// Jupyter's classic notebook runs code in the kernel for a page; other front ends keep the two apart.
interface ClassicJupyter { notebook?: { kernel?: { execute(code: string): void } } }

export class Editor implements GestureTarget {
 private readonly history: edits.History;
 private readonly elements: Elements;
 private readonly roll: Roll;
 private readonly player: Player;
 private readonly actions: Action[];
 private readonly controls = new WeakMap<CodeEvent, Controls>();
 private shown: NoteView[] = [];
 private selected: ReadonlySet<number> = new Set();
 private focus: number | null = null;
 private drag: Drag | null = null;
 private band: Box | null = null;
 private loop: { from: number; to: number } | null = null;
 private asItCame: Float32Array | null = null;
 private refreshing = 0;
 private drawing = 0;
 private backdropTimer = 0;

 constructor(
  root: HTMLElement, private readonly title: string, private readonly model: Model, private readonly code: Code, private readonly synth: Synth,
  private readonly original: Float32Array | null) {
  this.history = new edits.History(edits.stateOf(code));
  this.player = new Player(code.layout.sampleRate);
  const groups = this.actionGroups();
  this.actions = groups.flat();
  this.elements = build(root, title, groups, original !== null);
  this.roll = new Roll(this.elements.canvas, this.elements.overlay);
  this.roll.to = Math.min(this.duration, Math.max(4, this.elements.roll.clientWidth / 90));
  new Gestures(this.elements.canvas, this.roll, this);
  this.listen(root);
  this.renew();
  synth.onSound = () => this.hearNew();
  this.layOut();
 }

 // ——— What a program may ask ———

 get state(): edits.State { return this.history.state; }

 notes(): readonly NoteView[] { return this.shown; }

 selection(): ReadonlySet<number> { return this.selected; }

 /** Resolves when all edits so far can be heard. */
 settled(): Promise<void> { return this.synth.settled(); }

 /** The sound of the edited code, as far as it is synthesised. */
 get samples(): Float32Array { return this.synth.samples; }

 /** The edited code as the library's JSON: what sounds of it. */
 exportCode(): string {
  return writeCode({ ...this.code, length: this.state.length, events: edits.audible(this.state) });
 }

 get canUndo(): boolean { return this.history.canUndo; }

 /** The end of the part that is shown, in seconds. */
 get shownTo(): number { return this.roll.to; }

 /** How large time and pitch are drawn. */
 get scale(): { pixelsPerSecond: number; pixelsPerSemitone: number } {
  return { pixelsPerSecond: this.roll.x(1) - this.roll.x(0), pixelsPerSemitone: this.roll.y(0) - this.roll.y(1) };
 }

 /** Where on the page a note is. */
 placeOf(note: NoteView): { x: number; y: number } {
  const box = this.roll.boxOf(note, null), page = this.elements.canvas.getBoundingClientRect();
  return { x: page.left + box.x + Math.min(box.width / 2, 8), y: page.top + box.y + box.height / 2 };
 }

 /** Runs an action by its name, as its key or button does. */
 run(name: string): void {
  const action = this.actions.find(known => known.name === name);
  if (!action) throw new Error(`There is no action '${name}'.`);
  action.run();
 }

 // ——— Selecting and hearing ———

 select(notes: Iterable<number>, add: boolean): void {
  this.selected = new Set(add ? [...this.selected, ...notes] : notes);
  this.focus = [...this.selected].at(-1) ?? null;
  this.tell();
  this.redraw();
 }

 hear(note: NoteView): void {
  const before = 0.01, start = Math.max(0, Math.floor((note.onset - before) * this.code.layout.sampleRate));
  void this.synth.alone(note.events, this.state.length).then(sound => {
   const end = Math.min(sound.length, Math.ceil((note.offset + 0.5) * this.code.layout.sampleRate));
   this.player.playOnce(sound.subarray(start, end));
  });
 }

 seek(seconds: number): void {
  this.player.seek(seconds);
  this.redraw();
 }

 show(drag: Drag | null, band: Box | null): void {
  [this.drag, this.band] = [drag, band];
  this.redraw();
 }

 view(from: number, to: number): void {
  const span = Math.min(this.duration, Math.max(shortestView, to - from)), start = Math.min(Math.max(0, from), this.duration - span);
  [this.roll.from, this.roll.to] = [start, start + span];
  this.redraw();
 }

 // ——— Editing ———

 /** Moves the selected notes; what lies between two frames goes to the nearer. */
 shift(seconds: number, semitones: number): void {
  this.edit(state => {
   const frames = Math.round(seconds * this.code.layout.sampleRate / this.code.layout.hop);
   const moved = frames === 0 ? state : edits.move(this.code, state, this.selected, frames);
   return semitones === 0 ? moved : edits.transpose(this.model, moved, this.selected, semitones);
  });
 }

 private edit(change: (state: edits.State) => edits.State): void {
  if (this.selected.size === 0) return;
  const next = change(this.state);
  if (next === this.state) return;
  this.history.push(next);
  this.renew();
 }

 private undo(step: 'undo' | 'redo'): void {
  this.history[step]();
  this.renew();
 }

 private duplicate(): void {
  const chosen = this.shown.filter(note => this.selected.has(note.note));
  if (chosen.length === 0) return;
  const span = Math.max(...chosen.map(note => note.offset)) - Math.min(...chosen.map(note => note.onset));
  const frames = Math.max(1, Math.round(span * this.code.layout.sampleRate / this.code.layout.hop));
  const { state, copies } = edits.duplicate(this.code, this.state, this.selected, frames);
  this.history.push(state);
  this.selected = copies;
  this.renew();
 }

 // After every change of the events: what is seen, and what is heard.
 private renew(): void {
  const { events, length } = this.state;
  const known = new Map(this.shown.map(note => [note.note, note]));
  const own = (event: CodeEvent): Controls => {
   let controls = this.controls.get(event);
   if (!controls) this.controls.set(event, controls = controlsOf(this.model, event, this.code.contexts[event.context].numbers));
   return controls;
  };
  const isKnown = (event: CodeEvent): boolean => known.get(event.note)?.events.includes(event) ?? false;
  const changed = new Set(events.filter(event => !isKnown(event)).map(event => event.note));
  const fresh = notesOf(this.model, this.code, events.filter(event => changed.has(event.note)), own);
  const still = new Set(events.map(event => event.note));
  this.shown = [...this.shown.filter(note => still.has(note.note) && !changed.has(note.note)), ...fresh]
   .sort((a, b) => a.onset - b.onset || a.pitch - b.pitch);
  this.roll.fit(this.shown);
  this.selected = new Set([...this.selected].filter(note => still.has(note)));
  if (this.focus !== null && !this.selected.has(this.focus)) this.focus = [...this.selected].at(-1) ?? null;
  this.synth.update(edits.audible(this.state), length, this.player.position * this.code.layout.sampleRate);
  this.view(this.roll.from, this.roll.to);
  this.tell();
 }

 private get duration(): number { return this.state.length / this.code.layout.sampleRate; }

 // ——— Sound ———

 // While much is being synthesised, the player need not be told of each part; the last one always is.
 private hearNew(): void {
  this.elements.progress.max = Math.max(this.elements.progress.max, this.synth.waiting);
  this.elements.progress.value = this.elements.progress.max - this.synth.waiting;
  this.elements.progress.hidden = this.synth.waiting === 0;
  const now = performance.now();
  if (this.synth.waiting > 0 && now - this.refreshing < refreshMilliseconds) return;
  this.refreshing = now;
  if (this.synth.waiting === 0) {
   this.elements.progress.max = 1;
   if (!this.history.canUndo) this.asItCame ??= this.synth.samples.slice();
   // Whoever edits before all of it is synthesised still compares with what came.
   else if (!this.asItCame) void this.synth.alone(this.code.events, this.code.length).then(sound => { this.asItCame ??= sound; });
   clearTimeout(this.backdropTimer);
   this.backdropTimer = window.setTimeout(() => void this.renewBackdrop(), calmMilliseconds);
  }
  this.choose();
 }

 // The sound that plays; all at the level of the code as it came.
 private choose(): void {
  const choice = this.elements.sound.value;
  const samples = choice === 'original' && this.original ? this.original : choice === 'as it came' && this.asItCame ? this.asItCame : this.synth.samples;
  const level = samples === this.original && this.asItCame ? rmsOf(this.asItCame) / Math.max(1e-6, rmsOf(this.original)) : 1;
  this.player.set(samples, level / Math.max(1, level * peakOf(samples)));
 }

 private async renewBackdrop(): Promise<void> {
  const choice = this.elements.backdrop.selectedIndex, last = this.elements.backdrop.options.length - 1;
  const samples = choice === last ? null : choice === 1 ? this.original : this.synth.samples;
  if (!samples) {
   this.roll.setBackdrop(null);
  } else {
   const image = await this.synth.spectrogram(samples, this.roll.lowest, this.roll.highest);
   this.roll.setBackdrop(image);
  }
  this.redraw();
 }

 private togglePlaying(): void { this.player.isPlaying ? this.player.pause() : this.player.play(); }

 private toggleLoop(): void {
  const chosen = this.shown.filter(note => this.selected.has(note.note));
  this.loop = this.loop ? null : chosen.length > 0
   ? { from: Math.max(0, Math.min(...chosen.map(note => note.onset)) - 0.02), to: Math.min(this.duration, Math.max(...chosen.map(note => note.offset)) + 0.05) }
   : { from: this.roll.from, to: this.roll.to };
  this.player.setLoop(this.loop);
  this.tell();
  this.redraw();
 }

 // ——— Moving between notes ———

 private step(by: number, add: boolean): void {
  const at = this.shown.findIndex(note => note.note === this.focus);
  const next = at < 0 ? this.shown.find(note => note.offset > this.roll.from) : this.shown[Math.min(this.shown.length - 1, Math.max(0, at + by))];
  if (next) this.goTo(next, add);
 }

 // The nearest note in pitch among those that sound at about the same time.
 private climb(direction: 1 | -1): void {
  const own = this.shown.find(note => note.note === this.focus);
  if (!own) return this.step(0, false);
  const near = (note: NoteView): number => Math.abs(note.pitch - own.pitch) + 12 * Math.abs(note.onset - own.onset);
  const others = this.shown.filter(note => note.kind !== 'noise' && (note.pitch - own.pitch) * direction > 0.2);
  if (others.length > 0) this.goTo(others.reduce((a, b) => near(a) <= near(b) ? a : b), false);
 }

 private goTo(note: NoteView, add: boolean): void {
  this.select([note.note], add);
  const span = this.roll.to - this.roll.from;
  if (note.onset < this.roll.from || note.onset > this.roll.to) this.view(note.onset - span / 4, note.onset + span * 3 / 4);
 }

 private zoom(factor: number): void {
  const middle = this.player.position >= this.roll.from && this.player.position <= this.roll.to ? this.player.position : (this.roll.from + this.roll.to) / 2;
  this.view(middle + (this.roll.from - middle) * factor, middle + (this.roll.to - middle) * factor);
 }

 // ——— Out again ———

 private get fileName(): string { return this.title.replace(/[^\w.-]+/g, '-').replace(/^-+|-+$/g, '') || 'code'; }

 private saveMidi(): void {
  const notes = this.shown.filter(note => note.kind === 'note' && edits.isAudible(this.state, note.note));
  if (notes.length > 0) download(`${this.fileName}.mid`, midiOf(notes) as Uint8Array<ArrayBuffer>, 'audio/midi');
 }

 private async saveWav(): Promise<void> {
  await this.settled();
  download(`${this.fileName}.wav`, writeWav(this.synth.samples, this.code.layout.sampleRate) as Uint8Array<ArrayBuffer>, 'audio/wav');
 }

 private toKernel(): void {
  const kernel = (window as { Jupyter?: ClassicJupyter }).Jupyter?.notebook?.kernel;
  kernel?.execute(`SparseAudio.Interactive.Editor.EditedCode.Receive(${JSON.stringify(this.exportCode())});`);
  this.elements.status.textContent = 'The code is in the kernel: the next cell reads it with SparseAudio.Interactive.Editor.EditedCode.Last.';
 }

 private actionGroups(): Action[][] {
  const action = (name: string, key: string, run: () => void, button?: string, ...keys: string[]): Action =>
   ({ name, key, keys: keys.length > 0 ? keys : [key], button, run: () => { run(); this.redraw(); } });
  const change = (name: string, key: string, edit: (state: edits.State, notes: edits.Notes) => edits.State, button?: string, ...keys: string[]): Action =>
   action(name, key, () => this.edit(state => edit(state, this.selected)), button, ...keys);
  const move = (frames: number) => (state: edits.State, notes: edits.Notes): edits.State => edits.move(this.code, state, notes, frames);
  const pitch = (semitones: number) => (state: edits.State, notes: edits.Notes): edits.State => edits.transpose(this.model, state, notes, semitones);
  const gain = (decibels: number) => (state: edits.State, notes: edits.Notes): edits.State => edits.changeGain(state, notes, decibels);
  const inJupyter = (window as { Jupyter?: ClassicJupyter }).Jupyter?.notebook?.kernel !== undefined;
  return [
   [
    action('Play or pause', 'Space', () => this.togglePlaying(), '▶ Play'),
    action('Loop the selection, or what is shown', 'l', () => this.toggleLoop(), '⟲ Loop'),
    action('Hear the selected note', 'Enter', () => {
     const note = this.shown.find(item => item.note === this.focus);
     if (note) this.hear(note);
    }),
    action('Next sound to compare with', 'b', () => {
     this.elements.sound.selectedIndex = (this.elements.sound.selectedIndex + 1) % this.elements.sound.options.length;
     this.choose();
     this.elements.status.textContent = `Plays ${this.elements.sound.value}.`;
    }),
    action('To the beginning', 'Home', () => { this.seek(0); this.view(0, this.roll.to - this.roll.from); }),
   ],
   [
    action('Undo', 'Ctrl+z', () => this.undo('undo'), '↶'),
    action('Redo', 'Ctrl+Shift+z', () => this.undo('redo'), '↷', 'Ctrl+Shift+z', 'Ctrl+y'),
   ],
   [
    change('Mute', 'm', (state, notes) => edits.toggle(state, 'muted', notes), 'Mute'),
    change('Solo', 's', (state, notes) => edits.toggle(state, 'soloed', notes), 'Solo'),
    change('Delete', 'Delete', edits.remove, 'Delete', 'Delete', 'Backspace'),
    action('Duplicate', 'd', () => this.duplicate(), 'Copy'),
   ],
   [
    change('Softer by 1 dB', '[', gain(-1), '−dB'), change('Louder by 1 dB', ']', gain(1), '+dB'),
    change('Down a semitone', 'Alt+ArrowDown', pitch(-1), '♭'), change('Up a semitone', 'Alt+ArrowUp', pitch(1), '♯'),
    change('Down an octave', 'Shift+Alt+ArrowDown', pitch(-12), undefined, 'Alt+Shift+ArrowDown'),
    change('Up an octave', 'Shift+Alt+ArrowUp', pitch(12), undefined, 'Alt+Shift+ArrowUp'),
    change('Down ten cents', 'Ctrl+Alt+ArrowDown', pitch(-0.1)), change('Up ten cents', 'Ctrl+Alt+ArrowUp', pitch(0.1)),
    change('Earlier by a frame', 'Alt+ArrowLeft', move(-1), '←'), change('Later by a frame', 'Alt+ArrowRight', move(1), '→'),
    change('Earlier by ten frames', 'Shift+Alt+ArrowLeft', move(-10), undefined, 'Alt+Shift+ArrowLeft'),
    change('Later by ten frames', 'Shift+Alt+ArrowRight', move(10), undefined, 'Alt+Shift+ArrowRight'),
   ],
   [
    action('Zoom out', '-', () => this.zoom(1.5), '−'), action('Zoom in', '+', () => this.zoom(1 / 1.5), '+', '+', '='),
    action('Previous note', 'ArrowLeft', () => this.step(-1, false)), action('Next note', 'ArrowRight', () => this.step(1, false)),
    action('Add the previous note', 'Shift+ArrowLeft', () => this.step(-1, true)), action('Add the next note', 'Shift+ArrowRight', () => this.step(1, true)),
    action('The note above', 'ArrowUp', () => this.climb(1)), action('The note below', 'ArrowDown', () => this.climb(-1)),
    action('Select all', 'Ctrl+a', () => this.select(this.shown.map(note => note.note), false)),
    action('Select none', 'Escape', () => this.select([], false)),
   ],
   [
    action('Save the code', 'Ctrl+s', () => download(`${this.fileName}.json`, this.exportCode(), 'application/json'), 'Code'),
    action('Save the sound', 'w', () => void this.saveWav(), 'WAV'),
    action('Save the notes', 'n', () => this.saveMidi(), 'MIDI'),
    ...(inJupyter ? [action('Hand the code to the kernel', 'k', () => this.toKernel(), 'To the kernel')] : []),
    action('What keys do', '?', () => this.elements.help.showModal(), '?'),
   ],
  ];
 }

 // ——— What is seen ———

 private listen(root: HTMLElement): void {
  const { canvas, overview, sound, backdrop } = this.elements;
  root.addEventListener('keydown', event => {
   const isMenu = event.target instanceof HTMLSelectElement || this.elements.help.open;
   const presses = event.target instanceof HTMLButtonElement && [' ', 'Enter'].includes(event.key);
   const action = isMenu || presses ? undefined : this.actions.find(known => known.keys.includes(keyOf(event)));
   if (!action || (event.target === overview && event.key.startsWith('Arrow'))) return;
   event.preventDefault();
   // A notebook has keys of its own, which would delete the cell.
   event.stopPropagation();
   action.run();
  });
  this.player.onChange = () => {
   const button = this.elements.buttons.get('Play or pause')!;
   button.textContent = this.player.isPlaying ? '❚❚ Pause' : '▶ Play';
   this.follow();
  };
  sound.addEventListener('change', () => this.choose());
  backdrop.addEventListener('change', () => void this.renewBackdrop());
  const along = (event: PointerEvent): void => {
   if (event.buttons === 0) return;
   overview.setPointerCapture(event.pointerId);
   const box = overview.getBoundingClientRect(), middle = (event.clientX - box.left) / box.width * this.duration, span = this.roll.to - this.roll.from;
   this.view(middle - span / 2, middle + span / 2);
  };
  overview.addEventListener('pointerdown', along);
  overview.addEventListener('pointermove', along);
  overview.addEventListener('keydown', event => {
   const by = { ArrowLeft: -0.25, ArrowRight: 0.25 }[event.key];
   if (by === undefined) return;
   const span = this.roll.to - this.roll.from;
   this.view(this.roll.from + by * span, this.roll.to + by * span);
   event.preventDefault();
   event.stopPropagation();
  });
  canvas.addEventListener('focus', () => this.tell());
  new ResizeObserver(() => this.layOut()).observe(this.elements.roll);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.layOut());
  document.addEventListener('themechange', () => this.layOut());
 }

 private layOut(): void {
  this.roll.resize();
  this.redraw();
 }

 private redraw(): void {
  this.drawing ||= requestAnimationFrame(() => {
   this.drawing = 0;
   this.draw();
  });
 }

 /** Draws everything at once. */
 draw(): void {
  this.roll.draw({
   notes: this.shown, state: this.state, selection: this.selected, focus: this.focus, drag: this.drag, band: this.band, loop: this.loop,
   playhead: this.player.position,
  });
  const { overview, buttons } = this.elements;
  drawOverview(overview, this.shown, this.roll, this.duration);
  overview.setAttribute('aria-valuemax', this.duration.toFixed(2));
  overview.setAttribute('aria-valuenow', this.roll.from.toFixed(2));
  overview.setAttribute('aria-valuetext', `${this.roll.from.toFixed(2)} to ${this.roll.to.toFixed(2)} of ${this.duration.toFixed(2)} seconds`);
  buttons.get('Undo')!.disabled = !this.history.canUndo;
  buttons.get('Redo')!.disabled = !this.history.canRedo;
  for (const name of ['Mute', 'Solo', 'Delete', 'Duplicate', 'Softer by 1 dB', 'Louder by 1 dB', 'Down a semitone', 'Up a semitone', 'Earlier by a frame', 'Later by a frame'])
   buttons.get(name)!.disabled = this.selected.size === 0;
  const pressed = (name: string, isOn: boolean): void => buttons.get(name)!.setAttribute('aria-pressed', String(isOn));
  pressed('Loop the selection, or what is shown', this.loop !== null);
  pressed('Mute', this.selected.size > 0 && [...this.selected].every(note => this.state.muted.has(note)));
  pressed('Solo', this.selected.size > 0 && [...this.selected].every(note => this.state.soloed.has(note)));
 }

 // The cursor runs while it plays, and the roll turns the page when it reaches the end.
 private follow(): void {
  const position = this.player.position, span = this.roll.to - this.roll.from;
  if (this.player.isPlaying && (position > this.roll.to || position < this.roll.from)) this.view(position - span * 0.05, position + span * 0.95);
  this.roll.drawCursor(position);
  if (this.player.isPlaying) requestAnimationFrame(() => this.follow());
 }

 private tell(): void {
  const { state } = this, count = this.shown.filter(note => note.kind === 'note').length;
  const silent = this.shown.filter(note => !edits.isAudible(state, note.note)).length;
  this.elements.facts.textContent = `${this.duration.toFixed(2)} s · ${count} notes, ${this.shown.length - count} other events${silent ? ` · ${silent} muted` : ''}`;
  const focused = this.shown.find(note => note.note === this.focus);
  const others = this.selected.size > 1 ? `${this.selected.size} selected; ` : '';
  const muted = focused && !edits.isAudible(state, focused.note) ? ', muted' : '';
  this.elements.status.textContent = focused ? `${others}${describe(focused)}${muted}` : 'Click a note to hear it, drag it to change it; ? lists all keys.';
 }
}
