// Convolution with the impulse response of a context.
import FFT from 'fft.js';
import type { Model } from './model';

export class Reverb {
 private readonly fft: FFT;
 private readonly size: number;
 private readonly rooms: Float32Array[] = [];
 private readonly work: number[];
 private readonly spectrum: number[];

 /** Prepares for lines of so many samples. */
 constructor(private readonly model: Model, private readonly samples: number) {
  const { shape: [rooms, length], data } = model.tensor('reverb.rooms');
  this.size = 2 ** Math.ceil(Math.log2(samples + length));
  this.fft = new FFT(this.size);
  this.work = this.fft.createComplexArray();
  this.spectrum = this.fft.createComplexArray();
  for (let room = 0; room < rooms; room++) {
   const spectrum = this.transform(data.subarray(room * length, (room + 1) * length));
   this.rooms.push(Float32Array.from(spectrum.slice(0, this.size + 2)));
  }
 }

 /** The sound itself and its reverb, as many samples as the line has. */
 apply(dry: Float32Array, context: readonly number[]): Float32Array {
  const shares = this.model.roomShares(context);
  const spectrum = this.transform(dry);
  // Of a real signal the second half of the spectrum is the first one mirrored: it is left out, and twice the real part of the rest taken.
  for (let k = 0; k <= this.size; k += 2) {
   let [re, im] = [0, 0];
   for (let room = 0; room < shares.length; room++) {
    re += shares[room] * this.rooms[room][k];
    im += shares[room] * this.rooms[room][k + 1];
   }
   const [a, b] = [spectrum[k], spectrum[k + 1]], weight = k === 0 || k === this.size ? 1 : 2;
   spectrum[k] = weight * (a * re - b * im);
   spectrum[k + 1] = weight * (a * im + b * re);
  }
  spectrum.fill(0, this.size + 2);
  this.fft.inverseTransform(this.work, spectrum);
  const wet = new Float32Array(this.samples);
  for (let n = 0; n < wet.length; n++) wet[n] = dry[n] + this.work[2 * n];
  return wet;
 }

 // The first half of the spectrum, in the array that the next call uses again.
 private transform(signal: Float32Array): number[] {
  const padded = new Float64Array(this.size);
  padded.set(signal);
  this.fft.realTransform(this.spectrum, padded as unknown as number[]);
  return this.spectrum;
 }
}
