// The piano roll: time across, pitch up, a lane for what has no pitch, the spectrogram behind, and the cursor on a canvas of its own.
import { isAudible, type State } from '../edits';
import { nameOf, type NoteView } from '../notes';
import type { SpectrogramImage } from '../synth/spectrogram';

/** Those of all charts; each can be told from the others by lightness alone. */
export const timbreColors = ['#1d9a8a', '#e8922c', '#8a5fc7', '#c8434f', '#4a8fd6', '#8c8c3c'];
const residualColor = '#8b8f94', playColor = '#e8922c';
const axisWidth = 46, axisHeight = 22, laneHeight = 34, handleSlack = 4, smallestRounded = 9;

export interface Box { x: number; y: number; width: number; height: number }

/** By how much the selected notes are shown away from where they are, while they are dragged. */
export interface Drag { seconds: number; semitones: number; notes: ReadonlySet<number> }

export interface Scene {
 notes: readonly NoteView[]; state: State; selection: ReadonlySet<number>; focus: number | null;
 drag: Drag | null; band: Box | null; loop: { from: number; to: number } | null; playhead: number;
}

export class Roll {
 from = 0;
 to = 1;
 lowest = 36;
 highest = 96;

 private width = 0;
 private height = 0;
 private hasLane = false;
 private isFitted = false;
 private color = '#000';
 private backdrop: { canvas: HTMLCanvasElement; image: SpectrogramImage } | null = null;
 private readonly context: CanvasRenderingContext2D;
 private readonly over: CanvasRenderingContext2D;

 constructor(private readonly canvas: HTMLCanvasElement, overlay: HTMLCanvasElement) {
  [this.context, this.over] = [canvas.getContext('2d')!, overlay.getContext('2d')!];
 }

 get plotWidth(): number { return Math.max(1, this.width - axisWidth); }

 private get plotHeight(): number { return Math.max(1, this.height - axisHeight - (this.hasLane ? laneHeight : 0)); }

 x(seconds: number): number { return axisWidth + (seconds - this.from) / (this.to - this.from) * this.plotWidth; }

 y(pitch: number): number { return (this.highest - pitch) / (this.highest - this.lowest) * this.plotHeight; }

 seconds(x: number): number { return this.from + (x - axisWidth) / this.plotWidth * (this.to - this.from); }

 pitch(y: number): number { return this.highest - y / this.plotHeight * (this.highest - this.lowest); }

 /** Shows all pitches of the notes, and never less than two octaves, nor than before. */
 fit(notes: readonly NoteView[]): void {
  const pitches = notes.filter(note => note.kind !== 'noise').map(note => note.pitch);
  this.hasLane = notes.some(note => note.kind === 'noise');
  if (pitches.length === 0) return;
  const low = Math.min(...pitches) - 2, high = Math.max(...pitches) + 2, more = Math.max(0, 24 - (high - low)) / 2;
  [this.lowest, this.highest] = this.isFitted ? [Math.min(this.lowest, low), Math.max(this.highest, high)] : [low - more, high + more];
  this.isFitted = true;
 }

 /** Takes the size that the page gives, in the screen's own dots. */
 resize(): void {
  const { clientWidth, clientHeight } = this.canvas, dots = window.devicePixelRatio || 1;
  [this.width, this.height] = [clientWidth, clientHeight];
  this.color = getComputedStyle(this.canvas).color;
  for (const context of [this.context, this.over]) {
   context.canvas.width = Math.round(clientWidth * dots);
   context.canvas.height = Math.round(clientHeight * dots);
   context.setTransform(dots, 0, 0, dots, 0, 0);
  }
 }

 setBackdrop(image: SpectrogramImage | null): void {
  if (!image) {
   this.backdrop = null;
   return;
  }
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [image.columns, image.rows];
  const context = canvas.getContext('2d')!, pixels = context.createImageData(image.columns, image.rows);
  for (let column = 0; column < image.columns; column++) for (let row = 0; row < image.rows; row++) {
   const at = 4 * ((image.rows - 1 - row) * image.columns + column);
   const level = image.levels[column * image.rows + row] / 255;
   pixels.data.set([104, 126, 168, 190 * level ** 1.7], at);
  }
  context.putImageData(pixels, 0, 0);
  this.backdrop = { canvas, image };
 }

 /** Where a note is drawn. */
 boxOf(note: NoteView, drag: Drag | null): Box {
  const moved = drag?.notes.has(note.note) ? drag : null;
  const x = this.x(note.onset + (moved?.seconds ?? 0)), width = Math.max(3, (note.offset - note.onset) / (this.to - this.from) * this.plotWidth);
  if (note.kind === 'noise') return { x, y: this.plotHeight + 6, width, height: laneHeight - 12 };
  const height = Math.max(note.kind === 'residual' ? 3 : 5, this.plotHeight / (this.highest - this.lowest) * (note.kind === 'residual' ? 0.5 : 0.9));
  return { x, y: this.y(note.pitch + (moved?.semitones ?? 0)) - height / 2, width, height };
 }

 /** The note at a place; of several the one on top. */
 hit(notes: readonly NoteView[], x: number, y: number): NoteView | null {
  for (const kind of ['note', 'noise', 'residual'])
   for (let i = notes.length - 1; i >= 0; i--) if (notes[i].kind === kind) {
    const box = this.boxOf(notes[i], null);
    if (x >= box.x - 1 && x <= box.x + box.width + 1 && y >= box.y - handleSlack && y <= box.y + box.height + handleSlack) return notes[i];
   }
  return null;
 }

 /** The notes that a box touches. */
 inside(notes: readonly NoteView[], band: Box): NoteView[] {
  return notes.filter(note => {
   const box = this.boxOf(note, null);
   return box.x < band.x + band.width && box.x + box.width > band.x && box.y < band.y + band.height && box.y + box.height > band.y;
  });
 }

 draw(scene: Scene): void {
  const { context } = this;
  context.clearRect(0, 0, this.width, this.height);
  context.save();
  context.beginPath();
  context.rect(axisWidth, 0, this.plotWidth, this.height - axisHeight);
  context.clip();
  this.drawBackdrop();
  this.drawKeys();
  if (scene.loop) {
   context.fillStyle = playColor;
   context.globalAlpha = 0.14;
   context.fillRect(this.x(scene.loop.from), 0, this.x(scene.loop.to) - this.x(scene.loop.from), this.height - axisHeight);
  }
  for (const kind of ['residual', 'noise', 'note']) for (const note of scene.notes) if (note.kind === kind) this.drawNote(note, scene);
  if (scene.band) {
   context.globalAlpha = 1;
   context.strokeStyle = this.color;
   context.setLineDash([4, 3]);
   context.strokeRect(scene.band.x, scene.band.y, scene.band.width, scene.band.height);
  }
  context.restore();
  this.drawAxes();
  this.drawCursor(scene.playhead);
 }

 drawCursor(seconds: number): void {
  this.over.clearRect(0, 0, this.width, this.height);
  const x = this.x(seconds);
  if (x < axisWidth || x > this.width) return;
  this.over.fillStyle = playColor;
  this.over.fillRect(x - 1, 0, 2, this.height - axisHeight);
 }

 private drawBackdrop(): void {
  if (!this.backdrop) return;
  const { canvas, image } = this.backdrop, high = image.lowestPitch + image.rows / image.rowsPerSemitone;
  const left = this.from / image.secondsPerColumn, span = (this.to - this.from) / image.secondsPerColumn;
  const top = this.y(high), bottom = this.y(image.lowestPitch);
  this.context.globalAlpha = 1;
  this.context.drawImage(canvas, left, 0, span, image.rows, axisWidth, top, this.plotWidth, bottom - top);
 }

 private drawKeys(): void {
  const { context } = this;
  context.fillStyle = this.color;
  for (let pitch = Math.ceil(this.lowest); pitch <= this.highest; pitch++) {
   const black = [1, 3, 6, 8, 10].includes(((pitch % 12) + 12) % 12);
   context.globalAlpha = pitch % 12 === 0 ? 0.2 : black ? 0.045 : 0;
   if (pitch % 12 === 0) context.fillRect(axisWidth, this.y(pitch - 0.5), this.plotWidth, 1);
   else if (black) context.fillRect(axisWidth, this.y(pitch + 0.5), this.plotWidth, this.y(pitch - 0.5) - this.y(pitch + 0.5));
  }
  if (!this.hasLane) return;
  context.globalAlpha = 0.06;
  context.fillRect(axisWidth, this.plotHeight, this.plotWidth, laneHeight);
 }

 private drawNote(note: NoteView, scene: Scene): void {
  const { context } = this, box = this.boxOf(note, scene.drag);
  if (box.x > this.width || box.x + box.width < axisWidth) return;
  const color = note.kind === 'residual' ? residualColor : timbreColors[note.timbre % timbreColors.length];
  const selected = scene.selection.has(note.note), heard = isAudible(scene.state, note.note);
  context.globalAlpha = heard ? 0.25 + 0.75 * Math.min(1, Math.max(0, 1 + note.decibels / 50)) : 0.12;
  context.fillStyle = color;
  // Rounded corners cost most of the time where bars are many, and are not seen where they are small.
  if (box.height < smallestRounded) {
   context.fillRect(box.x, box.y, box.width, box.height);
  } else {
   context.beginPath();
   context.roundRect(box.x, box.y, box.width, box.height, 3);
   context.fill();
  }
  if (selected || !heard || box.height >= smallestRounded) {
   context.globalAlpha = heard ? 0.9 : 0.5;
   context.strokeStyle = selected ? this.color : color;
   context.lineWidth = selected ? 2 : 1;
   context.setLineDash(heard ? [] : [3, 3]);
   context.strokeRect(box.x, box.y, box.width, box.height);
  }
  if (scene.focus === note.note) {
   context.globalAlpha = 1;
   context.strokeStyle = playColor;
   context.setLineDash([]);
   context.strokeRect(box.x - 3.5, box.y - 3.5, box.width + 7, box.height + 7);
  }
  if (note.kind === 'note' && box.height >= smallestRounded && box.width >= 28) {
   context.globalAlpha = 1;
   context.fillStyle = this.color;
   context.font = `${Math.min(12, Math.max(9, box.height - 1))}px system-ui, sans-serif`;
   context.textBaseline = 'middle';
   context.textAlign = 'left';
   context.fillText(nameOf(note.pitch), Math.max(box.x, axisWidth) + 4, box.y + box.height / 2 + 0.5);
  }
 }

 private drawAxes(): void {
  const { context } = this;
  context.globalAlpha = 0.85;
  context.fillStyle = this.color;
  context.font = '11px system-ui, sans-serif';
  context.textAlign = 'right';
  context.textBaseline = 'middle';
  const every = this.plotHeight / (this.highest - this.lowest) * 12 > 130 ? [0, 4, 7] : [0];
  for (let pitch = Math.ceil(this.lowest); pitch <= this.highest; pitch++) {
   const y = this.y(pitch);
   if (every.includes(((pitch % 12) + 12) % 12) && y > 6 && y < this.plotHeight - 6) context.fillText(nameOf(pitch), axisWidth - 6, y);
  }
  if (this.hasLane) context.fillText('noise', axisWidth - 6, this.plotHeight + laneHeight / 2);
  context.textAlign = 'center';
  const step = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20].find(seconds => seconds / (this.to - this.from) * this.plotWidth > 54) ?? 30;
  for (let n = Math.ceil(this.from / step); n * step <= this.to; n++) {
   const x = this.x(n * step);
   context.fillRect(x, this.height - axisHeight, 1, 4);
   if (x > axisWidth + 10 && x < this.width - 14) context.fillText(`${Number((n * step).toFixed(1))} s`, x, this.height - 9);
  }
 }
}

/** The whole code as a strip, with the part that the roll shows. */
export function drawOverview(canvas: HTMLCanvasElement, notes: readonly NoteView[], roll: Roll, duration: number): void {
 const dots = window.devicePixelRatio || 1, { clientWidth: width, clientHeight: height } = canvas, context = canvas.getContext('2d')!;
 [canvas.width, canvas.height] = [Math.round(width * dots), Math.round(height * dots)];
 context.setTransform(dots, 0, 0, dots, 0, 0);
 const color = getComputedStyle(canvas).color;
 for (const note of notes) {
  context.fillStyle = note.kind === 'residual' ? residualColor : timbreColors[note.timbre % timbreColors.length];
  const y = note.kind === 'noise' ? height - 3 : (roll.highest - note.pitch) / (roll.highest - roll.lowest) * (height - 4);
  context.fillRect(note.onset / duration * width, y, Math.max(1, (note.offset - note.onset) / duration * width), 2);
 }
 context.strokeStyle = color;
 context.lineWidth = 2;
 context.strokeRect(1 + roll.from / duration * (width - 2), 1, (roll.to - roll.from) / duration * (width - 2), height - 2);
}
