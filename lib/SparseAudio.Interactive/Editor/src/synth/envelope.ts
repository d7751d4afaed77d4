// How an event begins, swells and ends.
import type { Controls } from './controls';

/** Samples from one knot of the amplitudes to the next; between knots they run straight. */
export const row = 64;

/** From nearly 0 through a half after half of the attack to 1; nothing sounds before the beginning. */
const rise = (time: number, attack: number): number => time > 0 ? 1 / (1 + Math.exp(-6 * (time / attack - 0.5))) : 0;

/** What all partials share, `since` samples after the event's frame; `carried` is the gain there of what goes on from the segment before. */
export function envelope(controls: Controls, since: number, carried: number): number {
 const time = since - controls.delay, after = Math.max(0, time);
 const beginning = controls.continues ? (since >= 0 ? carried : 0) : rise(time, controls.attack);
 if (beginning === 0) return 0;
 const swelling = controls.swell * (1 - Math.exp(-after / controls.swellTime)) + 1;
 const turns = (time - controls.length) / controls.release * 4;
 const ending = Math.exp(-(turns > 20 ? turns : Math.log1p(Math.exp(turns))) / 4);
 return beginning * swelling * ending;
}

/** The gain of the impulse's noise. */
export function noiseEnvelope(controls: Controls, since: number, attack: number): number {
 const time = since - controls.delay;
 return controls.continues ? 0 : rise(time, attack) * Math.exp(-Math.max(0, time) / controls.noiseDecay);
}

/** The loudness of the partials together, as an rms, `since` samples after the event's frame. */
export function loudness(controls: Controls, since: number): number {
 const begun = Math.max(0, since - controls.delay);
 let energy = 0;
 for (let i = 0; i < controls.rates.length; i++) energy += (controls.amplitudes[i] * Math.exp(-controls.rates[i] * begun)) ** 2 / 2;
 return Math.sqrt(energy) * envelope(controls, since, 1);
}
