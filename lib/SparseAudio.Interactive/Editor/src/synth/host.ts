// The synthesiser behind messages, so that it runs beside the page in a worker, or in the page where a front end allows no worker.
import type { CodeEvent, Context } from '../code';
import { Model, type ModelHeader } from './model';
import { type SpectrogramImage, spectrogramOf } from './spectrogram';
import { Synthesizer } from './synthesizer';

export type Request =
 | { kind: 'begin'; header: ModelHeader; numbers: Uint8Array; contexts: readonly Context[] }
 | { kind: 'change'; removed: number[]; added: { id: number; event: CodeEvent }[]; length: number; near: number; version: number }
 | { kind: 'alone'; ticket: number; events: readonly CodeEvent[]; length: number }
 | { kind: 'spectrogram'; ticket: number; samples: Float32Array; lowest: number; highest: number };

export type Answer =
 | { kind: 'sound'; from: number; samples: Float32Array; waiting: number; length: number; version: number }
 | { kind: 'alone'; ticket: number; samples: Float32Array }
 | { kind: 'spectrogram'; ticket: number; image: SpectrogramImage };

export class SynthHost {
 private readonly events = new Map<number, CodeEvent>();
 private synthesizer!: Synthesizer;
 private model!: Model;
 private near = 0;
 private version = 0;
 private isRunning = false;

 constructor(private readonly answer: (answer: Answer) => void) { }

 receive(request: Request): void {
  switch (request.kind) {
   case 'begin':
    this.model = new Model(request.header, request.numbers);
    this.synthesizer = new Synthesizer(this.model, request.contexts);
    break;
   case 'change': {
    const removed = request.removed.map(id => this.events.get(id)!);
    for (const id of request.removed) this.events.delete(id);
    for (const { id, event } of request.added) this.events.set(id, event);
    this.synthesizer.change(removed, request.added.map(({ event }) => event), request.length);
    [this.near, this.version] = [request.near, request.version];
    if (!this.isRunning) this.run();
    break;
   }
   case 'alone':
    this.answer({ kind: 'alone', ticket: request.ticket, samples: this.synthesizer.alone(request.events, request.length) });
    break;
   case 'spectrogram': {
    const { ticket, samples, lowest, highest } = request, pause = (): Promise<void> => new Promise(resolve => { setTimeout(resolve); });
    void spectrogramOf(samples, this.model.header.sampleRate, lowest, highest, pause).then(image => this.answer({ kind: 'spectrogram', ticket, image }));
    break;
   }
  }
 }

 // One line at a time: between two of them newer requests are received.
 private run(): void {
  const span = this.synthesizer.step(this.near);
  this.isRunning = span !== null;
  const { samples, waiting } = this.synthesizer;
  const { from, to } = span ?? { from: 0, to: 0 };
  this.answer({ kind: 'sound', from, samples: samples.slice(from, to), waiting, length: samples.length, version: this.version });
  if (span) setTimeout(() => this.run());
 }
}
