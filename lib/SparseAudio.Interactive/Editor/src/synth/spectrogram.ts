// A spectrogram with pitch upwards, for behind the notes.
import FFT from 'fft.js';

export interface SpectrogramImage { columns: number; rows: number; levels: Uint8Array; secondsPerColumn: number; lowestPitch: number; rowsPerSemitone: number }

const windowSamples = 2048, rowsPerSemitone = 3, rangeDecibels = 60, columnsAtOnce = 100;

/**
 * Levels of 0 to 255 by column of time and row of pitch, the lowest pitch first; 255 is the loudest, 0 is 60 dB below. It pauses often, so that
 * edits need not wait for it.
 */
export async function spectrogramOf(
 samples: Float32Array, sampleRate: number, lowestPitch: number, highestPitch: number, pause: () => Promise<void>): Promise<SpectrogramImage> {
 const hop = samples.length > 20 * sampleRate ? 512 : 256;
 const columns = Math.ceil(samples.length / hop), rows = Math.ceil((highestPitch - lowestPitch) * rowsPerSemitone);
 const fft = new FFT(windowSamples), spectrum = fft.createComplexArray();
 const window = Float64Array.from({ length: windowSamples }, (_, n) => 0.5 - 0.5 * Math.cos(2 * Math.PI * n / windowSamples));
 const powers = new Float32Array(columns * rows), frame = new Float64Array(windowSamples);
 let loudest = 1e-12;
 for (let column = 0; column < columns; column++) {
  if (column % columnsAtOnce === 0) await pause();
  const start = column * hop - windowSamples / 2;
  for (let n = 0; n < windowSamples; n++) frame[n] = window[n] * (samples[start + n] ?? 0);
  fft.realTransform(spectrum, frame as unknown as number[]);
  for (let row = 0; row < rows; row++) {
   const bin = (pitch: number): number => 440 * 2 ** ((pitch - 69) / 12) * windowSamples / sampleRate;
   const from = bin(lowestPitch + row / rowsPerSemitone), to = bin(lowestPitch + (row + 1) / rowsPerSemitone);
   const power = (k: number): number => k < windowSamples / 2 ? spectrum[2 * k] ** 2 + spectrum[2 * k + 1] ** 2 : 0;
   const low = Math.floor(from);
   let value = power(low) * (1 - (from - low)) + power(low + 1) * (from - low);
   for (let k = Math.ceil(from); k <= to; k++) value = Math.max(value, power(k));
   powers[column * rows + row] = value;
   if (value > loudest) loudest = value;
  }
 }
 const levels = Uint8Array.from(powers, power => Math.max(0, Math.round(255 * (1 + 10 * Math.log10(Math.max(power, 1e-20) / loudest) / rangeDecibels))));
 return { columns, rows, levels, secondsPerColumn: hop / sampleRate, lowestPitch, rowsPerSemitone };
}
