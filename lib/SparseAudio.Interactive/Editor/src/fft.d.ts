// fft.js brings no types.
declare module 'fft.js' {
 export default class FFT {
  constructor(size: number);
  createComplexArray(): number[];
  realTransform(spectrum: number[], signal: number[]): void;
  inverseTransform(signal: number[], spectrum: number[]): void;
 }
}

declare module 'midi-file' {
 export interface MidiEvent { deltaTime: number; type: string; channel?: number; noteNumber?: number; velocity?: number; microsecondsPerBeat?: number }
 export function writeMidi(file: { header: { format: number; numTracks: number; ticksPerBeat: number }; tracks: MidiEvent[][] }): number[];
}
