// The page's end of the synthesiser.
import type { CodeEvent, Context } from '../code';
import { type Answer, type Request, SynthHost } from '../synth/host';
import type { ModelHeader } from '../synth/model';
import type { SpectrogramImage } from '../synth/spectrogram';

// The worker's script, put in by the bundler.
declare const WORKER_SCRIPT: string;

export class Synth {
 /** The sound as far as it has been synthesised. */
 samples = new Float32Array();
 /** Called when a part of the sound is there or new. */
 onSound: (from: number, to: number) => void = () => { };
 /** How many parts are still to come. */
 waiting = 1;

 private readonly ids = new Map<CodeEvent, number>();
 private readonly tickets = new Map<number, (answer: never) => void>();
 private settling: (() => void)[] = [];
 private next = 0;
 private version = 0;
 private readonly send: (request: Request) => void;

 constructor(header: ModelHeader, numbers: Uint8Array, contexts: readonly Context[]) {
  this.send = start(answer => this.receive(answer));
  this.send({ kind: 'begin', header, numbers, contexts });
 }

 /** Makes the sound that of these events, the part after `near` first. */
 update(events: readonly CodeEvent[], length: number, near: number): void {
  const wanted = new Set(events);
  const removed: number[] = [], added: { id: number; event: CodeEvent }[] = [];
  for (const [event, id] of this.ids) if (!wanted.has(event)) {
   removed.push(id);
   this.ids.delete(event);
  }
  for (const event of wanted) if (!this.ids.has(event)) {
   this.ids.set(event, this.next);
   added.push({ id: this.next++, event });
  }
  this.waiting = Math.max(1, this.waiting);
  this.send({ kind: 'change', removed, added, length, near, version: ++this.version });
 }

 /** Resolves when all edits so far are in the sound. */
 settled(): Promise<void> {
  return this.waiting === 0 ? Promise.resolve() : new Promise(resolve => this.settling.push(resolve));
 }

 alone(events: readonly CodeEvent[], length: number): Promise<Float32Array> {
  return this.ask<{ samples: Float32Array }>(ticket => ({ kind: 'alone', ticket, events, length })).then(answer => answer.samples);
 }

 spectrogram(samples: Float32Array, lowest: number, highest: number): Promise<SpectrogramImage> {
  return this.ask<{ image: SpectrogramImage }>(ticket => ({ kind: 'spectrogram', ticket, samples, lowest, highest })).then(answer => answer.image);
 }

 private ask<T>(request: (ticket: number) => Request): Promise<T> {
  const ticket = this.next++;
  return new Promise(resolve => {
   this.tickets.set(ticket, resolve as (answer: never) => void);
   this.send(request(ticket));
  });
 }

 private receive(answer: Answer): void {
  if (answer.kind !== 'sound') {
   this.tickets.get(answer.ticket)?.(answer as never);
   this.tickets.delete(answer.ticket);
   return;
  }
  if (answer.length !== this.samples.length) {
   const before = this.samples;
   this.samples = new Float32Array(answer.length);
   this.samples.set(before.subarray(0, answer.length));
  }
  this.samples.set(answer.samples, answer.from);
  // An answer to an earlier edit is not the last one.
  this.waiting = answer.version === this.version ? answer.waiting : Math.max(1, answer.waiting);
  this.onSound(answer.from, answer.from + answer.samples.length);
  if (this.waiting === 0) for (const resolve of this.settling.splice(0)) resolve();
 }
}

// Some front ends forbid workers, at once or when the script would run: then the page itself synthesises, between two frames.
function start(receive: (answer: Answer) => void): (request: Request) => void {
 const inPage = (): ((request: Request) => void) => {
  const host = new SynthHost(receive);
  return request => { setTimeout(() => host.receive(request)); };
 };
 let worker: Worker, unanswered: Request[] | null = [], send: (request: Request) => void;
 try {
  worker = new Worker(URL.createObjectURL(new Blob([WORKER_SCRIPT], { type: 'text/javascript' })));
 } catch {
  return inPage();
 }
 send = request => {
  unanswered?.push(request);
  worker.postMessage(request);
 };
 worker.onmessage = (message: MessageEvent<Answer>) => {
  unanswered = null;
  receive(message.data);
 };
 worker.onerror = () => {
  if (!unanswered) return;
  send = inPage();
  unanswered.forEach(request => send(request));
  unanswered = null;
 };
 return request => send(request);
}
