// The sound of a code, kept up to date under edits: as in the library, the events of a segment and a context are decoded together, on a line
// that fades out at the end of the next segment; all lines are added. Only lines whose events changed are synthesised again.
import type { CodeEvent, Context } from '../code';
import { type Controls, controlsOf } from './controls';
import { row } from './envelope';
import type { Model } from './model';
import { addEvent, addNoiseFloor } from './partials';
import { Reverb } from './reverb';

const fadeSamples = 2048;

interface Line { segment: number; context: number; events: Set<CodeEvent>; rendered: Set<CodeEvent>; dry: Float32Array; wet: Float32Array }

export interface Span { from: number; to: number }

export class Synthesizer {
 private readonly lines = new Map<string, Line>();
 private readonly dirty = new Set<Line>();
 private readonly controls = new WeakMap<CodeEvent, Controls>();
 private single = false;
 private reverb!: Reverb;
 private floors!: { first: Float32Array; later: Float32Array; fade: Float32Array };
 private mix = new Float32Array();

 constructor(private readonly model: Model, private readonly contexts: readonly Context[]) { }

 /** The sound so far. */
 get samples(): Float32Array { return this.mix; }

 /** How many lines wait to be synthesised again. */
 get waiting(): number { return this.dirty.size; }

 controlsOf(event: CodeEvent): Controls {
  let controls = this.controls.get(event);
  if (!controls) this.controls.set(event, controls = controlsOf(this.model, event, this.contexts[event.context].numbers));
  return controls;
 }

 /** Takes events out and adds others; their sound changes in `step`. */
 change(removed: Iterable<CodeEvent>, added: Iterable<CodeEvent>, length: number): void {
  this.resize(length);
  for (const event of removed) this.mark(this.lineOf(event)).events.delete(event);
  for (const event of added) this.mark(this.lineOf(event)).events.add(event);
 }

 /** Synthesises the line that is nearest to a sample and not yet behind it; returns what has changed, or null where nothing waits. */
 step(near: number): Span | null {
  const samples = this.model.header.samples;
  const distance = (line: Line): number => {
   const from = line.segment * samples - near;
   return from + 2 * samples > 0 ? Math.max(0, from) : 1e12 - from;
  };
  let next: Line | undefined;
  for (const line of this.dirty) if (!next || distance(line) < distance(next)) next = line;
  if (!next) return null;
  this.dirty.delete(next);
  this.render(next);
  const [from, to] = [next.segment * samples, Math.min(this.mix.length, next.segment * samples + next.dry.length)];
  this.sum(next.segment);
  if (!this.single) this.sum(next.segment + 1);
  return { from, to };
 }

 /** The sound of some events alone. */
 alone(events: readonly CodeEvent[], length: number): Float32Array {
  const other = new Synthesizer(this.model, this.contexts);
  if ((length <= this.model.header.samples) === this.single) [other.single, other.reverb, other.floors] = [this.single, this.reverb, this.floors];
  other.change([], events, length);
  while (other.step(0));
  return other.samples;
 }

 private mark(line: Line): Line {
  this.dirty.add(line);
  return line;
 }

 private lineOf(event: CodeEvent): Line {
  const segment = Math.floor(event.frame / this.model.header.frames), key = `${segment} ${event.context}`;
  let line = this.lines.get(key);
  if (!line) {
   const make = (): Float32Array => new Float32Array(this.model.header.samples * (this.single ? 1 : 2));
   this.lines.set(key, line = { segment, context: event.context, events: new Set(), rendered: new Set(), dry: make(), wet: make() });
  }
  return line;
 }

 private resize(length: number): void {
  const { samples } = this.model.header, single = length <= samples;
  if (!this.reverb || single !== this.single) {
   this.single = single;
   this.reverb = new Reverb(this.model, samples * (single ? 1 : 2));
   this.floors = floorsOf(samples);
   // A code that has outgrown its only segment is decoded in another way from now on.
   const all = [...this.lines.values()].flatMap(line => [...line.events]);
   this.lines.clear();
   this.dirty.clear();
   for (const event of all) this.mark(this.lineOf(event)).events.add(event);
  }
  if (length === this.mix.length) return;
  const before = this.mix;
  this.mix = new Float32Array(length);
  this.mix.set(before.subarray(0, length));
  const last = Math.floor((length - 1) / samples);
  for (let segment = Math.floor(Math.min(before.length, length) / samples); segment <= last; segment++) this.sum(segment);
 }

 private render(line: Line): void {
  const { header } = this.model, context = this.contexts[line.context];
  const removed = [...line.rendered].filter(event => !line.events.has(event)), added = [...line.events].filter(event => !line.rendered.has(event));
  const anew = removed.length > line.events.size;
  if (anew) line.dry.fill(0);
  const carried = this.carried(line.segment);
  const knots = Float32Array.from({ length: line.dry.length / row + 1 }, (_, knot) => carried ? carried[knot * row] ?? 0 : 1);
  const add = (event: CodeEvent, sign: number): void =>
   addEvent(line.dry, this.model, this.controlsOf(event), event.frame % header.frames, knots, sign);
  if (!anew) for (const event of removed) add(event, -1);
  for (const event of anew ? line.events : added) add(event, 1);
  const sharers = context.numbers[context.numbers.length - 1];
  const share = (events: Iterable<CodeEvent>): number =>
   [...events].reduce((sum, event) => sum + event.gain, 0) / (sharers >= 1 ? sharers : header.events);
  const floor = share(line.events) - (anew ? 0 : share(line.rendered));
  if (floor !== 0) addNoiseFloor(line.dry, this.model, this.model.noiseFloor(context.numbers), floor, carried);
  line.rendered = new Set(line.events);
  if (line.events.size === 0) {
   line.dry.fill(0);
   line.wet.fill(0);
   return;
  }
  line.wet = this.reverb.apply(line.dry, context.numbers);
  for (let n = 0; n < line.wet.length; n++) line.wet[n] *= context.level * (this.single ? 1 : this.floors.fade[n]);
 }

 // The gain over a line of what goes on from before it.
 private carried(segment: number): Float32Array | null {
  return this.single ? null : segment === 0 ? this.floors.first : this.floors.later;
 }

 private sum(segment: number): void {
  const { samples } = this.model.header, start = segment * samples, end = Math.min(this.mix.length, start + samples);
  if (start >= end) return;
  this.mix.fill(0, start, end);
  for (const line of this.lines.values()) {
   const at = (segment - line.segment) * samples;
   if (at < 0 || at >= line.wet.length) continue;
   for (let n = start; n < end; n++) this.mix[n] += line.wet[at + n - start];
  }
 }
}

// A segment's noise floor fades out while that of the next one fades in; the code's first begins at once.
function floorsOf(samples: number) {
 const falling = (sample: number): Float32Array => Float32Array.from({ length: 2 * samples }, (_, n) =>
  0.5 + 0.5 * Math.cos(Math.PI * Math.min(1, Math.max(0, (n + 0.5 - sample) / fadeSamples))));
 const first = falling(samples), later = first.slice();
 for (let n = 0; n < fadeSamples; n++) later[n] = 1 - first[samples + n];
 return { first, later, fade: falling(2 * samples - fadeSamples) };
}
