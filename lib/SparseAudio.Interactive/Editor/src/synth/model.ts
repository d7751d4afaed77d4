// The part of the workbook's model that decodes: the voice of every channel, the noise, the reverb.

/** A range that a number of any size is squashed to, evenly in the logarithm. */
export interface LogRange { least: number; most: number; start: number }

/** What the model is like, and which tensors follow as bytes. */
export interface ModelHeader {
 sampleRate: number; hop: number; samples: number; frames: number; events: number; channels: number;
 variants: number; noteTimbres: number; partials: number; stepOctaves: number; mostDelayFrames: number; noiseAttackSeconds: number;
 parameters: Record<string, number>;
 ranges: Record<'decay' | 'attack' | 'swellTime' | 'length' | 'release' | 'noiseDecay', LogRange>;
 tensors: { name: string; shape: number[]; half: boolean }[];
}

export interface Tensor { shape: number[]; data: Float32Array }

/** How many numbers describe an event's sound. */
export const parameterCount = 33;

export class Model {
 private readonly tensors: Map<string, Tensor>;

 constructor(readonly header: ModelHeader, bytes: Uint8Array) {
  this.tensors = read(header, bytes);
 }

 tensor(name: string): Tensor {
  const found = this.tensors.get(name);
  if (!found) throw new Error(`The model lacks its part '${name}'.`);
  return found;
 }

 /** The fundamental of a channel in hertz. */
 hertz(channel: number): number { return this.tensor('frequencies').data[Math.floor(channel / this.header.variants)]; }

 /** 0: a note begins; 1: a note goes on from the segment before; 2: what notes cannot say. */
 kind(channel: number): number { return Math.min(Math.floor((channel % this.header.variants) / this.header.noteTimbres), 2); }

 /** The channel of the same kind and timbre whose pitch is nearest to a frequency. */
 nearest(hz: number, channel: number): number {
  const frequencies = this.tensor('frequencies').data;
  const place = Math.round(Math.log2(hz / frequencies[0]) / this.header.stepOctaves);
  return Math.max(0, Math.min(frequencies.length - 1, place)) * this.header.variants + channel % this.header.variants;
 }

 // Of a segment about which nothing is known, the numbers are zeros.
 private known(context: readonly number[]): readonly number[] {
  return context.length > 0 ? context : new Array<number>(this.tensor('decoder.floor.weight').shape[1]).fill(0);
 }

 /** Gains of the bands of a context's noise floor. */
 noiseFloor(context: readonly number[]): Float64Array {
  return linear(this.tensor('decoder.floor.weight'), this.tensor('decoder.floor.bias'), this.known(context)).map(gain => Math.exp(gain - 7));
 }

 /** Shares of the impulse responses in a context's reverb, wetness included. */
 roomShares(context: readonly number[]): Float64Array {
  const scores = linear(this.tensor('reverb.choose.weight'), this.tensor('reverb.choose.bias'), this.known(context));
  const wetness = sigmoid(scores[0]);
  const most = Math.max(...scores.subarray(1));
  const shares = scores.subarray(1).map(score => Math.exp(score - most));
  const sum = shares.reduce((a, b) => a + b, 0);
  return shares.map(share => wetness * share / sum);
 }

 /** What a channel, a value and a context alone say about how an event sounds. */
 voice(channel: number, value: number, context: readonly number[]): Float64Array {
  const { variants } = this.header;
  const [channels, kinds] = [this.tensor('parameter_head.channel'), this.tensor('parameter_head.variant')];
  const size = channels.shape[1];
  const inputs = new Float64Array(size + 2);
  const segment = linear(this.tensor('parameter_head.segment.weight'), this.tensor('parameter_head.segment.bias'), this.known(context));
  for (let i = 0; i < size; i++) inputs[i] = channels.data[channel * size + i] + kinds.data[(channel % variants) * size + i] + segment[i];
  inputs[size] = (Math.log(Math.max(value, 1e-5)) + 6) / 2;
  inputs[size + 1] = Math.floor(channel / variants) * (2 * variants / this.header.channels) - 1;
  let hidden = linear(this.tensor('parameter_head.first.weight'), this.tensor('parameter_head.first.bias'), inputs).map(leaky);
  hidden = linear(this.tensor('parameter_head.second.weight'), this.tensor('parameter_head.second.bias'), hidden).map(leaky);
  return linear(this.tensor('parameter_head.last.weight'), this.tensor('parameter_head.last.bias'), hidden);
 }
}

export const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

const leaky = (x: number): number => x < 0 ? 0.2 * x : x;

function linear(weight: Tensor, bias: Tensor, inputs: ArrayLike<number>): Float64Array {
 const [rows, columns] = weight.shape;
 const result = new Float64Array(rows);
 for (let row = 0; row < rows; row++) {
  let sum = bias.data[row];
  for (let column = 0; column < columns; column++) sum += weight.data[row * columns + column] * inputs[column];
  result[row] = sum;
 }
 return result;
}

function read(header: ModelHeader, bytes: Uint8Array): Map<string, Tensor> {
 const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
 const tensors = new Map<string, Tensor>();
 let at = 0;
 for (const { name, shape, half } of header.tensors) {
  const data = new Float32Array(shape.reduce((a, b) => a * b, 1));
  for (let i = 0; i < data.length; i++, at += half ? 2 : 4) data[i] = half ? fromHalf(view.getUint16(at, true)) : view.getFloat32(at, true);
  tensors.set(name, { shape, data });
 }
 if (at !== bytes.byteLength) throw new Error(`The model's numbers take ${at} bytes; there are ${bytes.byteLength}.`);
 return tensors;
}

function fromHalf(bits: number): number {
 const sign = bits & 0x8000 ? -1 : 1, exponent = (bits >> 10) & 31, fraction = bits & 1023;
 if (exponent === 0) return sign * fraction * 2 ** -24;
 return sign * (1024 + fraction) * 2 ** (exponent - 25);
}
