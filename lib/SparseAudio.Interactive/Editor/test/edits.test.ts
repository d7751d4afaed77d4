import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keyOf } from '../src/actions';
import { type Code, type CodeEvent, readCode, writeCode } from '../src/code';
import { audible, changeGain, duplicate, History, move, remove, stateOf, toggle } from '../src/edits';
import { nameOf } from '../src/notes';

const event = (frame: number, note: number): CodeEvent => ({ frame, channel: 16 * frame, amplitude: 0.5, gain: 1, context: 0, details: [0.25], note });
const code: Code = {
 model: 'm', layout: { sampleRate: 22050, channels: 4096, hop: 256, segmentFrames: 128 }, length: 65536, isInferred: false,
 contexts: [{ level: 0.5, numbers: [1, 2] }], events: [event(3, 0), event(10, 1), event(128, 1), event(200, 2)],
};

test('a note that goes on over a border moves as a whole', () => {
 const moved = move(code, stateOf(code), new Set([1]), 5);
 assert.deepEqual(moved.events.map(({ frame }) => frame), [3, 15, 133, 200]);
 assert.equal(moved.length, code.length);
});

test('nothing moves to before the beginning', () => {
 assert.deepEqual(move(code, stateOf(code), new Set([0, 1]), -50).events.map(({ frame }) => frame), [0, 7, 125, 200]);
});

test('the recording grows where a note would begin after its end', () => {
 assert.equal(move(code, stateOf(code), new Set([2]), 100).length, code.length + 100 * 256);
});

test('decibels add up, and only of what is selected', () => {
 const softer = changeGain(changeGain(stateOf(code), new Set([2]), -3), new Set([2]), -3);
 assert.ok(Math.abs(20 * Math.log10(softer.events[3].gain) + 6) < 1e-5);
 assert.equal(softer.events[0].gain, 1);
});

test('solo comes before mute, and what is deleted is neither', () => {
 let state = toggle(stateOf(code), 'muted', new Set([0]));
 assert.deepEqual(audible(state).map(({ note }) => note), [1, 1, 2]);
 state = toggle(state, 'soloed', new Set([0]));
 assert.deepEqual(audible(state).map(({ note }) => note), [0]);
 state = remove(state, new Set([0]));
 assert.equal(audible(state).length, 3);
});

test('a copy is notes of its own', () => {
 const { state, copies } = duplicate(code, stateOf(code), new Set([1]), 20);
 assert.deepEqual([...copies], [3]);
 assert.deepEqual(state.events.filter(({ note }) => note === 3).map(({ frame }) => frame), [30, 148]);
});

test('undo and redo go back and forth, and an edit forgets what was undone', () => {
 const history = new History(stateOf(code)), first = history.state;
 const second = move(code, first, new Set([0]), 1);
 history.push(second);
 history.undo();
 assert.equal(history.state, first);
 history.redo();
 assert.equal(history.state, second);
 history.undo();
 history.push(move(code, first, new Set([0]), 2));
 assert.equal(history.canRedo, false);
});

test('a code that is written is read the same', () => {
 assert.deepEqual(readCode(JSON.parse(writeCode(code)), code.events.map(({ note }) => note)), code);
 assert.throws(() => readCode({ ...JSON.parse(writeCode(code)), version: 9 }, []), /9, expected/);
});

test('a code without contexts stays one', () => {
 const { contexts, ...document } = JSON.parse(writeCode(code));
 const read = readCode({ ...document, events: document.events.map(({ context, ...event }: { context: number }) => event) }, [0, 1, 1, 2]);
 assert.deepEqual(read.contexts, [{ level: 1, numbers: [] }]);
 assert.equal(JSON.parse(writeCode(read)).contexts, undefined);
});

test('pitches and keys have the names that people know', () => {
 assert.deepEqual([60, 69.4, 21, 22].map(nameOf), ['C4', 'A4', 'A0', 'A#0']);
 const press = (key: string, held: object): string => keyOf({ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...held } as KeyboardEvent);
 assert.equal(press('Z', { ctrlKey: true, shiftKey: true }), 'Ctrl+Shift+z');
 assert.equal(press('?', { shiftKey: true }), '?');
 assert.equal(press(' ', {}), 'Space');
 assert.equal(press('ArrowUp', { shiftKey: true, altKey: true }), 'Alt+Shift+ArrowUp');
});
