// What one sees of events: notes with a beginning, an end, a pitch and a loudness.
import type { Code, CodeEvent } from './code';
import { type Controls, hertzOf } from './synth/controls';
import { loudness } from './synth/envelope';
import type { Model } from './synth/model';

export interface NoteView {
 readonly note: number; readonly events: readonly CodeEvent[];
 readonly onset: number; readonly offset: number;
 /** As MIDI counts, with fractions: 69 is 440 Hz. */
 readonly pitch: number; readonly hertz: number;
 readonly decibels: number;
 readonly kind: 'note' | 'residual' | 'noise';
 readonly timbre: number;
}

const quiet = 0.01, stepSamples = 512;

/** The notes of events, in the order of their onsets. */
export function notesOf(model: Model, code: Code, events: readonly CodeEvent[], controlsOf: (event: CodeEvent) => Controls): NoteView[] {
 const groups = new Map<number, CodeEvent[]>();
 for (const event of events) {
  const group = groups.get(event.note);
  if (group) group.push(event);
  else groups.set(event.note, [event]);
 }
 return [...groups].map(([note, parts]) => noteOf(model, code, note, parts, controlsOf)).sort((a, b) => a.onset - b.onset || a.pitch - b.pitch);
}

function noteOf(model: Model, code: Code, note: number, events: CodeEvent[], controlsOf: (event: CodeEvent) => Controls): NoteView {
 const { sampleRate, hop, samples, noteTimbres } = model.header;
 const first = events.reduce((a, b) => a.frame <= b.frame ? a : b), controls = controlsOf(first);
 let [onset, offset, loudest] = [Infinity, 0, 0];
 for (const event of events) {
  const own = controlsOf(event), start = event.frame * hop, level = code.contexts[event.context].level;
  const begins = start + (own.continues ? 0 : Math.max(0, own.delay));
  // As long as it is audible: until it is 40 dB below its loudest moment, or its segment's line ends.
  const end = Math.min(code.length, (Math.floor(event.frame / code.layout.segmentFrames) + 2) * samples);
  let most = 0, until = begins;
  for (let at = begins; at < end; at += stepSamples) {
   const now = loudness(own, at - start);
   if (now > most) most = now;
   if (now > quiet * most) until = at + stepSamples;
   else if (at > begins + own.attack + own.delay) break;
  }
  onset = Math.min(onset, begins);
  offset = Math.max(offset, Math.min(end, until));
  loudest = Math.max(loudest, most * level, noiseOf(own) * level);
 }
 const hertz = hertzOf(model, controls), partials = Math.sqrt(controls.amplitudes.reduce((sum, amplitude) => sum + amplitude ** 2 / 2, 0));
 const variant = first.channel % model.header.variants;
 return {
  note, events, onset: onset / sampleRate, offset: Math.max(offset, onset + stepSamples) / sampleRate, hertz,
  pitch: 69 + 12 * Math.log2(hertz / 440), decibels: 20 * Math.log10(Math.max(loudest, 1e-5)),
  kind: noiseOf(controls) > partials ? 'noise' : model.kind(first.channel) === 2 ? 'residual' : 'note',
  timbre: variant < 2 * noteTimbres ? variant % noteTimbres : variant - 2 * noteTimbres,
 };
}

// The rms of an event's impulse; the bands' noise has an rms of 1 each.
const noiseOf = (controls: Controls): number =>
 controls.continues ? 0 : Math.abs(controls.level) * Math.sqrt(controls.bandGains.reduce((sum, gain) => sum + gain * gain, 0));

const names = ['C', 'C#', 'D', 'D#', 'E', 'F', 'F#', 'G', 'G#', 'A', 'A#', 'B'];

/** A pitch as a note's name, such as A4. */
export function nameOf(pitch: number): string {
 const nearest = Math.round(pitch);
 return `${names[((nearest % 12) + 12) % 12]}${Math.floor(nearest / 12) - 1}`;
}

/** A note in words, such as "A4, 442 Hz, at 1.20 s, 0.45 s long, −12 dB". */
export function describe(note: NoteView): string {
 const what = note.kind === 'noise' ? 'noise' : `${note.kind === 'residual' ? 'residual ' : ''}${nameOf(note.pitch)}, ${note.hertz.toFixed(note.hertz < 100 ? 1 : 0)} Hz`;
 return `${what}, at ${note.onset.toFixed(2)} s, ${(note.offset - note.onset).toFixed(2)} s long, ${note.decibels.toFixed(0).replace('-', '−')} dB`;
}
