// Notes as a MIDI file.
import { writeMidi } from 'midi-file';
import { clamp } from '../synth/controls';
import type { NoteView } from '../notes';

const ticksPerBeat = 480, microsecondsPerBeat = 500_000;

/** A MIDI file of notes; as in the library, the loudest has velocity 127, and one 60 dB below it none. */
export function midiOf(notes: readonly NoteView[]): Uint8Array {
 const tick = (seconds: number): number => Math.round(Math.max(0, seconds) * 1e6 / microsecondsPerBeat * ticksPerBeat);
 const loudest = Math.max(...notes.map(note => note.decibels));
 const events = notes.flatMap(note => {
  const key = { channel: 0, noteNumber: clamp(Math.round(note.pitch), 0, 127) };
  const velocity = clamp(Math.round(127 * (1 + (note.decibels - loudest) / 60)), 1, 127);
  const [on, off] = [tick(note.onset), Math.max(tick(note.onset) + 1, tick(note.offset))];
  return [{ ...key, tick: on, type: 'noteOn', velocity }, { ...key, tick: off, type: 'noteOff', velocity: 0 }];
 }).sort((a, b) => a.tick - b.tick || a.type.localeCompare(b.type));
 let last = 0;
 const track = events.map(({ tick, ...event }) => {
  const deltaTime = tick - last;
  last = tick;
  return { deltaTime, ...event };
 });
 return Uint8Array.from(writeMidi({
  header: { format: 0, numTracks: 1, ticksPerBeat },
  tracks: [[{ deltaTime: 0, type: 'setTempo', microsecondsPerBeat }, ...track, { deltaTime: 0, type: 'endOfTrack' }]],
 }));
}
