// An event as samples, before the reverb, added to the line of its segment.
import type { Controls } from './controls';
import { envelope, noiseEnvelope, row } from './envelope';
import type { Model } from './model';

// Below, a partial or a burst of noise is not heard, nor measured: 120 dB below full scale.
const inaudible = 1e-6;

/**
 * Adds an event's sound, times `sign`, to a line that begins with the event's segment.
 * @param frame The event's frame in its segment.
 * @param carried At every knot of the line: the gain of what goes on from before the segment.
 */
export function addEvent(line: Float32Array, model: Model, controls: Controls, frame: number, carried: Float32Array, sign: number): void {
 const first = frame * model.header.hop;
 addPartials(line, controls, first, carried, sign);
 if (!controls.continues) addNoise(line, model, controls, first, sign);
}

// Between knots n samples apart, a partial runs as A sin(a + wn) fading out and B sin(b + w(n - 64)) fading in: both sines come from tables.
function addPartials(line: Float32Array, controls: Controls, first: number, carried: Float32Array, sign: number): void {
 const rows = line.length / row, round = Math.fround;
 const audible = [...controls.amplitudes.keys()].filter(i => Math.abs(controls.amplitudes[i]) * (1 + Math.abs(controls.swell)) > inaudible);
 const columns = audible.map(i => columnsOf(controls.omegas[i]));
 const last = audible.map(() => [0, 0]);
 const start = Math.max(0, Math.floor((first + Math.min(0, controls.delay)) / row) - 1);
 const sum = new Float64Array(row);
 let began = false;
 for (let knot = start; knot <= rows; knot++) {
  const since = knot * row - first;
  const shared = sign * envelope(controls, since, carried[Math.max(0, Math.round(since / row))]);
  const begun = Math.max(0, since - controls.delay);
  let loudest = 0;
  sum.fill(0);
  for (let j = 0; j < audible.length; j++) {
   const i = audible[j], amplitude = controls.amplitudes[i] * Math.exp(-controls.rates[i] * begun) * shared;
   const angle = round(controls.phases[i] + round(controls.omegas[i] * since));
   const [sine, cosine] = [amplitude * Math.sin(angle), amplitude * Math.cos(angle)];
   const [sineBefore, cosineBefore] = last[j];
   const size = Math.abs(sine) + Math.abs(cosine) + Math.abs(sineBefore) + Math.abs(cosineBefore);
   if (size > loudest) loudest = size;
   if (knot > start && size > inaudible / 10) {
    const { fadeOutSine, fadeOutCosine, fadeInSine, fadeInCosine } = columns[j];
    for (let n = 0; n < row; n++)
     sum[n] += sineBefore * fadeOutCosine[n] + cosineBefore * fadeOutSine[n] + sine * fadeInCosine[n] + cosine * fadeInSine[n];
   }
   last[j] = [sine, cosine];
  }
  if (knot > start && loudest > 0) for (let n = 0; n < row; n++) line[(knot - 1) * row + n] += sum[n];
  if (loudest > inaudible) began = true;
  else if (began && since > controls.attack + controls.delay) break;
 }
}

function columnsOf(omega: number) {
 const make = () => new Float64Array(row);
 const [fadeOutSine, fadeOutCosine, fadeInSine, fadeInCosine] = [make(), make(), make(), make()];
 for (let n = 0; n < row; n++) {
  const after = n / row;
  fadeOutSine[n] = Math.sin(omega * n) * (1 - after);
  fadeOutCosine[n] = Math.cos(omega * n) * (1 - after);
  fadeInSine[n] = Math.sin(omega * (n - row)) * after;
  fadeInCosine[n] = Math.cos(omega * (n - row)) * after;
 }
 return { fadeOutSine, fadeOutCosine, fadeInSine, fadeInCosine };
}

function addNoise(line: Float32Array, model: Model, controls: Controls, first: number, sign: number): void {
 const { shape: [bands, samples], data } = model.tensor('decoder.noise.bands');
 const attack = model.header.noiseAttackSeconds * model.header.sampleRate;
 const gains = Array.from({ length: bands }, (_, band) => controls.bandGains[band] * controls.level);
 const audible = [...gains.keys()].filter(band => Math.abs(gains[band]) > inaudible);
 if (audible.length === 0) return;
 const start = Math.max(0, Math.floor((first + Math.min(0, controls.delay)) / row) - 1);
 let before = 0, began = false;
 for (let knot = start; knot <= line.length / row; knot++) {
  const since = knot * row - first;
  const here = sign * noiseEnvelope(controls, since, attack);
  if (knot > start && (before !== 0 || here !== 0)) {
   for (let n = 0; n < row; n++) {
    const at = (knot - 1) * row + n, share = before + (here - before) * n / row;
    let noise = 0;
    for (const band of audible) noise += gains[band] * data[band * samples + at % samples];
    line[at] += noise * share;
   }
  }
  before = here;
  if (Math.abs(here) > inaudible) began = true;
  else if (began && since > attack + controls.delay) break;
 }
}

/** Adds a segment's noise floor, times `share`; `carried` is its gain at every sample, or null for 1. */
export function addNoiseFloor(line: Float32Array, model: Model, gains: ArrayLike<number>, share: number, carried: Float32Array | null): void {
 const { shape: [bands, samples], data } = model.tensor('decoder.noise.bands');
 for (let n = 0; n < line.length; n++) {
  const gain = carried ? carried[n] : 1;
  if (gain === 0) continue;
  let noise = 0;
  for (let band = 0; band < bands; band++) noise += gains[band] * data[band * samples + n % samples];
  line[n] += noise * gain * share;
 }
}
