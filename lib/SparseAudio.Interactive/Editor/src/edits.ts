// Edits, each returning a new state; they do to events what the library's CodeEditing and CodeTransposition do.
import type { Code, CodeEvent } from './code';
import { clamp } from './synth/controls';
import type { Model } from './synth/model';

/** What undo and redo go back and forth between. */
export interface State {
 readonly events: readonly CodeEvent[]; readonly length: number;
 readonly muted: ReadonlySet<number>; readonly soloed: ReadonlySet<number>;
}

export type Notes = ReadonlySet<number>;

export const stateOf = (code: Code): State => ({ events: code.events, length: code.length, muted: new Set(), soloed: new Set() });

/** The events that sound: all but those muted, or where some are soloed, those alone. */
export const audible = (state: State): readonly CodeEvent[] => state.events.filter(event => isAudible(state, event.note));

export const isAudible = (state: State, note: number): boolean =>
 state.soloed.size > 0 ? state.soloed.has(note) : !state.muted.has(note);

function change(state: State, notes: Notes, edit: (event: CodeEvent) => CodeEvent): State {
 return { ...state, events: state.events.map(event => notes.has(event.note) ? edit(event) : event) };
}

/** Later (or earlier) by frames, but never before the beginning; the recording grows where events would begin after its end. */
export function move(code: Code, state: State, notes: Notes, frames: number): State {
 const first = Math.min(...state.events.filter(event => notes.has(event.note)).map(event => event.frame));
 const by = Math.max(frames, -first);
 const moved = change(state, notes, event => ({ ...event, frame: event.frame + by }));
 const grows = moved.events.some(event => event.frame * code.layout.hop >= state.length);
 return { ...moved, length: state.length + (grows ? by * code.layout.hop : 0) };
}

// Beyond, the detail would grow without changing anything.
const mostBend = 0.98;

/** Higher (or lower) by semitones, fractions included: to the nearest channel, and from there by the detail that bends the pitch. */
export function transpose(model: Model, state: State, notes: Notes, semitones: number): State {
 const { header: { stepOctaves, parameters: { pitch } } } = model;
 return change(state, notes, event => {
  const bend = event.details.length ? Math.tanh(event.details[pitch]) * stepOctaves : 0;
  const hz = model.hertz(event.channel) * 2 ** (bend + semitones / 12);
  const channel = model.nearest(hz, event.channel);
  const details = [...event.details];
  if (details.length) details[pitch] = Math.fround(Math.atanh(clamp(Math.log2(hz / model.hertz(channel)) / stepOctaves, -mostBend, mostBend)));
  return { ...event, channel, details };
 });
}

/** Louder (or softer), with the same timbre. */
export function changeGain(state: State, notes: Notes, decibels: number): State {
 const factor = 10 ** (decibels / 20);
 return change(state, notes, event => ({ ...event, gain: Math.fround(event.gain * factor) }));
}

export function remove(state: State, notes: Notes): State {
 const without = (set: ReadonlySet<number>): Set<number> => new Set([...set].filter(note => !notes.has(note)));
 return { ...state, events: state.events.filter(event => !notes.has(event.note)), muted: without(state.muted), soloed: without(state.soloed) };
}

/** Copies, `frames` later; returns which notes they are. */
export function duplicate(code: Code, state: State, notes: Notes, frames: number): { state: State; copies: Set<number> } {
 let next = Math.max(...state.events.map(event => event.note)) + 1;
 const names = new Map([...notes].map(note => [note, next++]));
 const copies = state.events.filter(event => notes.has(event.note)).map(event => ({ ...event, note: names.get(event.note)! }));
 const added = { ...state, events: [...state.events, ...copies] };
 return { state: move(code, added, new Set(names.values()), frames), copies: new Set(names.values()) };
}

/** Turns muting (or playing alone) on for all of these notes, or off where all of them have it. */
export function toggle(state: State, which: 'muted' | 'soloed', notes: Notes): State {
 const set = new Set(state[which]);
 const off = [...notes].every(note => set.has(note));
 for (const note of notes) off ? set.delete(note) : set.add(note);
 return { ...state, [which]: set };
}

/** Undo and redo without end. */
export class History {
 private readonly past: State[] = [];
 private future: State[] = [];

 constructor(public state: State) { }

 get canUndo(): boolean { return this.past.length > 0; }

 get canRedo(): boolean { return this.future.length > 0; }

 push(state: State): void {
  this.past.push(this.state);
  this.future = [];
  this.state = state;
 }

 undo(): void { this.go(this.past, this.future); }

 redo(): void { this.go(this.future, this.past); }

 private go(from: State[], to: State[]): void {
  const state = from.pop();
  if (!state) return;
  to.push(this.state);
  this.state = state;
 }
}
