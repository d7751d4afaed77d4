// The parameters of an event in physical units; times are in samples. What single precision rounds in the library is rounded here as well,
// where the error would grow with time: the angles of partials.
import { type LogRange, type Model, parameterCount, sigmoid } from './model';
import type { CodeEvent } from '../code';

const highestShare = 0.47;
const mostInharmonicity = 1e-3;

export interface Controls {
 omegas: Float64Array; phases: Float64Array; amplitudes: Float64Array; rates: Float64Array;
 level: number; continues: boolean; delay: number; attack: number; swell: number; swellTime: number; length: number; release: number;
 bandGains: Float64Array; noiseDecay: number;
}

/** All numbers of an event: its channel's voice and its details. */
export function parametersOf(model: Model, event: CodeEvent, context: readonly number[]): Float64Array {
 const { pitch, delay, length } = model.header.parameters;
 const voice = model.voice(event.channel, event.amplitude, context);
 voice[pitch] = voice[delay] = 0;
 if (event.details.length === 0) return voice;
 voice[length] = 0;
 for (let i = 0; i < parameterCount; i++) voice[i] += event.details[i];
 return voice;
}

export function controlsOf(model: Model, event: CodeEvent, context: readonly number[]): Controls {
 const { header } = model, at = header.parameters, rate = header.sampleRate, round = Math.fround;
 const parameters = parametersOf(model, event, context);
 const within = (range: LogRange, raw: number): number => range.least * Math.exp(sigmoid(raw + range.start) * Math.log(range.most / range.least));
 const told = (start: number, table: string, count: number, offset?: (knot: number) => number): Float64Array => {
  const { shape: [knots, places], data } = model.tensor(table);
  const values = new Float64Array(count);
  for (let knot = 0; knot < knots; knot++) {
   const value = parameters[start + knot] + (offset?.(knot) ?? 0);
   for (let place = 0; place < places; place++) values[place] += value * data[knot * places + place];
  }
  return values;
 };

 const kind = model.kind(event.channel), fundamental = model.hertz(event.channel);
 const bend = Math.exp(Math.tanh(parameters[at.pitch]) * header.stepOctaves * Math.LN2);
 const stiffness = sigmoid(parameters[at.inharmonicity] - 4) * mostInharmonicity;
 const level = event.amplitude * event.gain * Math.exp(clamp(parameters[at.level], -6, 4));

 const turnsPerHertz = round(2 * Math.PI / rate);
 const seconds = round(event.frame % header.frames * header.hop / rate);
 const start = model.tensor('knots.start').data, residual = model.tensor('knots.residual').data;
 const amplitudes = told(at.amplitudes, 'knots.amplitudes', header.partials, knot => start[knot] + (kind === 2 ? residual[knot] : 0));
 const decay = header.ranges.decay, decaySpan = Math.log(decay.most / decay.least);
 const rates = new Float64Array(header.partials);
 const { shape: [knots], data: decayTable } = model.tensor('knots.decays');
 const [omegas, phases] = [new Float64Array(header.partials), new Float64Array(header.partials)];
 for (let i = 0; i < header.partials; i++) {
  const number = i + 1, stretch = round(Math.sqrt(stiffness * number * number + 1));
  omegas[i] = round(round(round(number * stretch) * round(fundamental * bend)) * turnsPerHertz);
  const cycles = round(round(number * fundamental) * seconds);
  phases[i] = round((cycles - Math.floor(cycles)) * (2 * Math.PI));
  const audible = sigmoid((highestShare - omegas[i] / (2 * Math.PI)) * 200);
  amplitudes[i] = level * Math.exp(clamp(amplitudes[i], -10, 2)) * audible;
  let logDecay = 0;
  for (let knot = 0; knot < knots; knot++) {
   const told = Math.log(decay.least) + sigmoid(parameters[at.decays + knot] + decay.start) * decaySpan;
   logDecay += told * decayTable[knot * header.partials + i];
  }
  rates[i] = 1 / (Math.exp(logDecay) * rate);
 }
 return {
  omegas, phases, amplitudes, rates, level, continues: kind === 1,
  delay: Math.tanh(parameters[at.delay]) * header.mostDelayFrames * header.hop,
  attack: within(header.ranges.attack, parameters[at.attack]) * rate,
  swell: Math.tanh(parameters[at.swell]) * 0.95,
  swellTime: within(header.ranges.swellTime, parameters[at.swellTime]) * rate,
  length: within(header.ranges.length, parameters[at.length]) * rate,
  release: within(header.ranges.release, parameters[at.release]) * rate,
  bandGains: told(at.noise, 'knots.bands', model.tensor('decoder.noise.bands').shape[0]).map(gain => Math.exp(clamp(gain - 3.5, -10, 3))),
  noiseDecay: within(header.ranges.noiseDecay, parameters[at.noiseDecay]) * rate,
 };
}

/** The fundamental in hertz, with which a note's name is found. */
export const hertzOf = (model: Model, controls: Controls): number => controls.omegas[0] * model.header.sampleRate / (2 * Math.PI);

export const clamp = (value: number, least: number, most: number): number => Math.min(most, Math.max(least, value));
