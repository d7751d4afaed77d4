import assert from 'node:assert/strict';
import { test } from 'node:test';
import { midiOf } from '../src/sound/midi';
import { readWav, rmsOf, writeWav } from '../src/sound/wav';
import { envelope, noiseEnvelope } from '../src/synth/envelope';
import type { Controls } from '../src/synth/controls';
import { spectrogramOf } from '../src/synth/spectrogram';
import type { NoteView } from '../src/notes';

const controls: Controls = {
 omegas: new Float64Array(1), phases: new Float64Array(1), amplitudes: new Float64Array([1]), rates: new Float64Array([0]), level: 1, continues: false,
 delay: 100, attack: 200, swell: 0, swellTime: 1000, length: 5000, release: 500, bandGains: new Float64Array(16), noiseDecay: 300,
};

test('a note is silent before it begins, half there after half of its attack, and ends', () => {
 assert.equal(envelope(controls, 99, 1), 0);
 assert.ok(Math.abs(envelope(controls, 200, 1) - 0.5) < 1e-6);
 assert.ok(envelope(controls, 3000, 1) > 0.99);
 assert.ok(envelope(controls, 100 + 5000 + 5 * 500, 1) < 0.01);
});

test('what goes on has no attack and no noise, and is carried', () => {
 const goesOn = { ...controls, continues: true };
 assert.ok(Math.abs(envelope(goesOn, 0, 0.25) - 0.25) < 1e-6);
 assert.equal(envelope(goesOn, -1, 1), 0);
 assert.equal(noiseEnvelope(goesOn, 500, 88), 0);
 assert.ok(noiseEnvelope(controls, 200, 88) > 0.5);
});

test('a WAV file that is written is read the same, lowered where it is too loud', () => {
 const sine = Float32Array.from({ length: 1000 }, (_, n) => 0.5 * Math.sin(n / 9));
 const again = readWav(writeWav(sine, 22050));
 assert.equal(again.length, 1000);
 assert.ok(rmsOf(again.map((sample, n) => sample - sine[n])) < 5e-5);
 const loud = readWav(writeWav(sine.map(sample => 4 * sample), 22050));
 assert.ok(Math.abs(rmsOf(loud) / rmsOf(sine) - 2) < 1e-3);
});

test('a MIDI file begins with its header, and holds an on and an off for every note', () => {
 const note = (onset: number, pitch: number): NoteView =>
  ({ note: 0, events: [], onset, offset: onset + 0.5, pitch, hertz: 440, decibels: -12, kind: 'note', timbre: 0 });
 const bytes = midiOf([note(0, 69.2), note(1, 60)]);
 assert.equal(String.fromCharCode(...bytes.subarray(0, 4)), 'MThd');
 const on = [...bytes.keys()].filter(i => bytes[i] === 0x90 && (bytes[i + 1] === 69 || bytes[i + 1] === 60));
 assert.equal(on.length, 2);
 assert.equal(bytes[on[0] + 2], 127);
});

test('the spectrogram shows a tone at its pitch', async () => {
 const tone = Float32Array.from({ length: 22050 }, (_, n) => Math.sin(2 * Math.PI * 440 * n / 22050));
 const image = await spectrogramOf(tone, 22050, 57, 81, () => Promise.resolve());
 const column = image.levels.subarray(40 * image.rows, 41 * image.rows);
 const loudest = column.indexOf(Math.max(...column));
 assert.ok(Math.abs(image.lowestPitch + (loudest + 0.5) / image.rowsPerSemitone - 69) < 0.7);
});
