// Mouse, touch and pen on the roll: click and drag notes, draw a rubber band, pinch and wheel to zoom.
import { describe, type NoteView } from './notes';
import type { Box, Drag, Roll } from './view/roll';

export interface GestureTarget {
 notes(): readonly NoteView[];
 selection(): ReadonlySet<number>;
 select(notes: Iterable<number>, add: boolean): void;
 hear(note: NoteView): void;
 seek(seconds: number): void;
 show(drag: Drag | null, band: Box | null): void;
 /** The end of a drag. */
 shift(seconds: number, semitones: number): void;
 view(from: number, to: number): void;
}

const clickSlack = 4, wheelZoom = 1.0015;

export class Gestures {
 private readonly pointers = new Map<number, { x: number; y: number }>();
 private start: { x: number; y: number; note: NoteView | null; isAdding: boolean } | null = null;
 private drag: Drag | null = null;
 private band: Box | null = null;
 private pinch: { width: number; from: number; to: number; middle: number } | null = null;

 constructor(private readonly element: HTMLElement, private readonly roll: Roll, private readonly target: GestureTarget) {
  element.addEventListener('pointerdown', event => this.down(event));
  element.addEventListener('pointermove', event => this.move(event));
  element.addEventListener('pointerup', event => this.up(event));
  element.addEventListener('pointercancel', () => this.cancel());
  element.addEventListener('wheel', event => this.wheel(event), { passive: false });
 }

 private place(event: MouseEvent): { x: number; y: number } {
  const box = this.element.getBoundingClientRect();
  return { x: event.clientX - box.left, y: event.clientY - box.top };
 }

 private down(event: PointerEvent): void {
  if (event.button !== 0) return;
  const place = this.place(event);
  this.element.setPointerCapture(event.pointerId);
  this.pointers.set(event.pointerId, place);
  if (this.pointers.size === 2) {
   const [a, b] = [...this.pointers.values()];
   this.pinch = { width: Math.max(20, Math.abs(a.x - b.x)), from: this.roll.from, to: this.roll.to, middle: this.roll.seconds((a.x + b.x) / 2) };
   [this.start, this.drag, this.band] = [null, null, null];
   this.target.show(null, null);
   return;
  }
  const note = this.roll.hit(this.target.notes(), place.x, place.y), isAdding = event.shiftKey || event.ctrlKey || event.metaKey;
  this.start = { ...place, note, isAdding };
  if (note && !this.target.selection().has(note.note)) this.target.select([note.note], isAdding);
 }

 private move(event: PointerEvent): void {
  const place = this.place(event);
  if (!this.pointers.has(event.pointerId)) {
   const note = this.roll.hit(this.target.notes(), place.x, place.y);
   this.element.style.cursor = note ? 'grab' : 'crosshair';
   this.element.title = note ? `${describe(note)} (channel ${note.events[0].channel})` : '';
   return;
  }
  this.pointers.set(event.pointerId, place);
  if (this.pinch && this.pointers.size === 2) {
   const [a, b] = [...this.pointers.values()], { width, from, to, middle } = this.pinch;
   const zoom = width / Math.max(20, Math.abs(a.x - b.x));
   this.target.view(middle + (from - middle) * zoom, middle + (to - middle) * zoom);
   return;
  }
  if (!this.start) return;
  const [dx, dy] = [place.x - this.start.x, place.y - this.start.y];
  if (!this.drag && !this.band && Math.hypot(dx, dy) < clickSlack) return;
  if (this.start.note) {
   const semitones = this.start.note.kind === 'noise' ? 0 : this.roll.pitch(place.y) - this.roll.pitch(this.start.y);
   this.drag = {
    seconds: this.roll.seconds(place.x) - this.roll.seconds(this.start.x), notes: this.target.selection(),
    semitones: event.altKey ? semitones : Math.round(semitones),
   };
  } else {
   this.band = { x: Math.min(place.x, this.start.x), y: Math.min(place.y, this.start.y), width: Math.abs(dx), height: Math.abs(dy) };
  }
  this.target.show(this.drag, this.band);
 }

 private up(event: PointerEvent): void {
  this.pointers.delete(event.pointerId);
  if (this.pinch) {
   if (this.pointers.size === 0) this.pinch = null;
   return;
  }
  const { start, drag, band } = this;
  this.cancel();
  if (!start) return;
  if (drag) this.target.shift(drag.seconds, drag.semitones);
  else if (band) this.target.select(this.roll.inside(this.target.notes(), band).map(note => note.note), start.isAdding);
  else if (start.note) {
   if (!start.isAdding) this.target.select([start.note.note], false);
   this.target.hear(start.note);
  } else {
   if (!start.isAdding) this.target.select([], false);
   this.target.seek(this.roll.seconds(start.x));
  }
 }

 private cancel(): void {
  [this.start, this.drag, this.band] = [null, null, null];
  this.pointers.clear();
  this.target.show(null, null);
 }

 // A plain wheel scrolls the page, as everywhere.
 private wheel(event: WheelEvent): void {
  const { from, to } = this.roll, span = to - from;
  if (event.ctrlKey || event.metaKey) {
   const at = this.roll.seconds(this.place(event).x), zoom = wheelZoom ** event.deltaY;
   this.target.view(at + (from - at) * zoom, at + (to - at) * zoom);
  } else if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
   const by = (event.deltaX || event.deltaY) / this.roll.plotWidth * span;
   this.target.view(from + by, to + by);
  } else {
   return;
  }
  event.preventDefault();
 }
}
