// 16-bit mono WAV files.

/** Sound as a WAV file; lowered where it goes beyond full scale. */
export function writeWav(samples: Float32Array, sampleRate: number): Uint8Array {
 const bytes = new Uint8Array(44 + 2 * samples.length), view = new DataView(bytes.buffer);
 const text = (at: number, value: string): void => [...value].forEach((letter, i) => view.setUint8(at + i, letter.charCodeAt(0)));
 text(0, 'RIFF');
 view.setUint32(4, bytes.length - 8, true);
 text(8, 'WAVEfmt ');
 view.setUint32(16, 16, true);
 view.setUint16(20, 1, true);
 view.setUint16(22, 1, true);
 view.setUint32(24, sampleRate, true);
 view.setUint32(28, 2 * sampleRate, true);
 view.setUint16(32, 2, true);
 view.setUint16(34, 16, true);
 text(36, 'data');
 view.setUint32(40, 2 * samples.length, true);
 const scale = 32767 / Math.max(1, peakOf(samples));
 samples.forEach((sample, i) => view.setInt16(44 + 2 * i, Math.round(sample * scale), true));
 return bytes;
}

/** The samples of a 16-bit mono WAV file. */
export function readWav(bytes: Uint8Array): Float32Array {
 const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
 let at = 12;
 while (view.getUint32(at) !== 0x64617461) at += 8 + view.getUint32(at + 4, true);
 return Float32Array.from({ length: view.getUint32(at + 4, true) / 2 }, (_, i) => view.getInt16(at + 8 + 2 * i, true) / 32768);
}

export const peakOf = (samples: Float32Array): number => samples.reduce((peak, sample) => Math.max(peak, Math.abs(sample)), 0);

export const rmsOf = (samples: Float32Array): number => Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / Math.max(1, samples.length));
