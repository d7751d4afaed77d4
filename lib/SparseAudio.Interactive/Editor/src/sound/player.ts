// Plays a sound that may change while it plays.

const crossfadeSeconds = 0.012;
const lowest = 1e-4;

interface Playing { source: AudioBufferSourceNode; gain: GainNode; startedAt: number; from: number }

export class Player {
 /** Called when playing begins, stops or ends. */
 onChange: () => void = () => { };

 private context?: AudioContext;
 private playing: Playing | null = null;
 private at = 0;
 private samples: Float32Array = new Float32Array(1);
 private gain = 1;
 private loop: { from: number; to: number } | null = null;

 constructor(private readonly sampleRate: number) { }

 get isPlaying(): boolean { return this.playing !== null; }

 get duration(): number { return this.samples.length / this.sampleRate; }

 /** Where the sound is, in seconds. */
 get position(): number {
  if (!this.playing || !this.context) return this.at;
  const position = this.playing.from + Math.max(0, this.context.currentTime - this.playing.startedAt);
  if (!this.loop || position < this.loop.to) return Math.min(position, this.duration);
  return this.loop.from + (position - this.loop.from) % (this.loop.to - this.loop.from);
 }

 /** Plays another sound from now on, at the same position. */
 set(samples: Float32Array, gain: number): void {
  [this.samples, this.gain] = [samples, gain];
  if (this.playing) this.start(this.position);
 }

 setLoop(loop: { from: number; to: number } | null): void {
  const position = this.position;
  this.loop = loop;
  if (this.playing) this.start(loop && (position < loop.from || position > loop.to) ? loop.from : position);
 }

 play(): void {
  this.start(this.position >= this.duration - 0.02 ? this.loop?.from ?? 0 : this.position);
  this.onChange();
 }

 pause(): void {
  this.at = this.position;
  this.stop();
  this.onChange();
 }

 seek(seconds: number): void {
  this.at = Math.min(Math.max(0, seconds), this.duration);
  if (this.playing) this.start(this.at);
 }

 /** Plays a short sound beside all else. */
 playOnce(samples: Float32Array): void {
  if (samples.length > 0) this.source(samples, 1).source.start();
 }

 private start(from: number): void {
  this.stop();
  const next = this.source(this.samples, this.gain), now = next.gain.context.currentTime;
  if (this.loop) [next.source.loop, next.source.loopStart, next.source.loopEnd] = [true, this.loop.from, this.loop.to];
  next.gain.gain.setValueAtTime(lowest, now);
  next.gain.gain.linearRampToValueAtTime(this.gain, now + crossfadeSeconds);
  next.source.start(now, from);
  this.playing = { ...next, startedAt: now, from };
  next.source.onended = () => {
   if (this.playing?.source !== next.source) return;
   [this.at, this.playing] = [0, null];
   this.onChange();
  };
 }

 private stop(): void {
  if (!this.playing || !this.context) return;
  const { source, gain } = this.playing, now = this.context.currentTime;
  gain.gain.setValueAtTime(this.gain, now);
  gain.gain.linearRampToValueAtTime(lowest, now + crossfadeSeconds);
  source.stop(now + crossfadeSeconds);
  this.playing = null;
 }

 // Browsers let no page make a sound before a person has touched it.
 private source(samples: Float32Array, gain: number): { source: AudioBufferSourceNode; gain: GainNode } {
  this.context ??= new AudioContext({ sampleRate: this.sampleRate });
  void this.context.resume();
  const buffer = this.context.createBuffer(1, samples.length, this.sampleRate);
  buffer.copyToChannel(samples as Float32Array<ArrayBuffer>, 0);
  const source = new AudioBufferSourceNode(this.context, { buffer }), volume = new GainNode(this.context, { gain });
  source.connect(volume).connect(this.context.destination);
  return { source, gain: volume };
 }
}
