// A code: events on a grid of frames and channels, in the library's own JSON.

export interface Layout { sampleRate: number; channels: number; hop: number; segmentFrames: number }

/** What the events of a segment share. */
export interface Context {
 readonly level: number;
 /** What the encoder computed; empty where nothing is known of the segment. */
 readonly numbers: readonly number[];
 /** What a model that computes none has in their place. */
 readonly channels?: readonly number[]; readonly amounts?: readonly number[];
}

/** One event; it never changes: an edit makes another. */
export interface CodeEvent {
 readonly frame: number; readonly channel: number; readonly amplitude: number; readonly gain: number; readonly context: number;
 readonly details: readonly number[];
 /** Which note it is a part of: a note that goes on over the borders of segments is several events. */
 readonly note: number;
}

export interface Code {
 readonly model: string; readonly layout: Layout; readonly length: number;
 readonly events: readonly CodeEvent[]; readonly contexts: readonly Context[];
 /** Whether the document lists no contexts: then the library infers them. */
 readonly isInferred: boolean;
}

interface CodeDocument {
 format: string; version: number; model: string; layout: Layout; length: number;
 events: { frame: number; channel: number; amplitude: number; gain?: number; context?: number; details?: number[] }[];
 contexts?: { level?: number; numbers?: number[]; channels?: number[]; amounts?: number[] }[];
}

const format = 'sparseaudio-events', version = 1;

/** Reads the library's JSON; `notes` has the note of every event. */
export function readCode(document: CodeDocument, notes: readonly number[]): Code {
 if (document.format !== format || document.version !== version)
  throw new Error(`The code's format is ${document.format} ${document.version}, expected ${format} ${version}.`);
 return {
  model: document.model, layout: document.layout, length: document.length,
  isInferred: document.contexts === undefined,
  contexts: (document.contexts ?? [{}]).map(({ level = 1, numbers = [], ...others }) => ({ level, numbers, ...others })),
  events: document.events.map(({ frame, channel, amplitude, gain = 1, context = 0, details = [] }, index) =>
   ({ frame, channel, amplitude, gain, context, details, note: notes[index] })),
 };
}

/** A code as the library's JSON, events by frame and channel. */
export function writeCode(code: Code): string {
 const seconds = code.layout.hop / code.layout.sampleRate;
 const document: CodeDocument = {
  format, version, model: code.model, layout: code.layout, length: code.length,
  events: [...code.events].sort((a, b) => a.frame - b.frame || a.channel - b.channel).map(({ frame, channel, amplitude, gain, context, details }) => ({
   time: Number((frame * seconds).toFixed(6)), frame, channel, amplitude, ...(gain === 1 ? {} : { gain }), ...(code.isInferred ? {} : { context }),
   ...(details.length ? { details: [...details] } : {}),
  })),
  ...(code.isInferred ? {} : {
   contexts: code.contexts.map(({ level, numbers, channels, amounts }) => ({
    ...(level === 1 ? {} : { level }), ...(numbers.length ? { numbers: [...numbers] } : {}),
    ...(channels ? { channels: [...channels], amounts: [...(amounts ?? [])] } : {}),
   })),
  }),
 };
 return JSON.stringify(document);
}
