// The editor's elements, and the files that it gives out.
import type { Action } from './actions';

export interface Elements {
 readonly canvas: HTMLCanvasElement; readonly overlay: HTMLCanvasElement; readonly overview: HTMLCanvasElement; readonly roll: HTMLElement;
 readonly progress: HTMLProgressElement; readonly status: HTMLElement; readonly facts: HTMLElement; readonly help: HTMLDialogElement;
 readonly sound: HTMLSelectElement; readonly backdrop: HTMLSelectElement; readonly buttons: ReadonlyMap<string, HTMLButtonElement>;
}

export function element<K extends keyof HTMLElementTagNameMap>(
 name: K, attributes: Record<string, string> = {}, ...children: (Node | string)[]): HTMLElementTagNameMap[K] {
 const made = document.createElement(name);
 for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
 made.append(...children);
 return made;
}

export function build(root: HTMLElement, title: string, groups: readonly (readonly Action[])[], hasOriginal: boolean): Elements {
 const buttons = new Map<string, HTMLButtonElement>();
 const bar = groups.map(group => element('span', { class: 'sa-group' }, ...group.filter(action => action.button).map(action => {
  const button = element('button', { type: 'button', title: `${action.name} (${action.key})`, 'aria-label': action.name }, action.button!);
  button.addEventListener('click', action.run);
  buttons.set(action.name, button);
  return button;
 })));
 const select = (label: string, options: string[]): HTMLSelectElement =>
  element('select', { 'aria-label': label, title: label }, ...options.map(option => element('option', { value: option }, option)));
 const sound = select('Which sound plays', ['as edited', 'as it came', ...(hasOriginal ? ['original'] : [])]);
 const backdrop = select('What lies behind the notes', ['its spectrum', ...(hasOriginal ? ['original’s'] : []), 'plain']);
 const facts = element('span'), status = element('p', { class: 'sa-status', role: 'status', 'aria-live': 'polite' });
 const canvas = element('canvas', {
  tabindex: '0', role: 'application',
  'aria-label': `Piano roll of ${title}: arrow keys go from note to note, Enter plays one, a question mark lists all keys`,
 });
 const overlay = element('canvas', { 'aria-hidden': 'true' });
 const roll = element('div', { class: 'sa-roll' }, canvas, overlay);
 const overview = element('canvas', {
  class: 'sa-overview', tabindex: '0', role: 'slider', 'aria-label': 'Which part is shown', 'aria-valuemin': '0',
 });
 const progress = element('progress', { 'aria-label': 'Synthesising', max: '1', value: '0' });
 const help = helpOf(groups.flat());
 root.append(
  element('div', { class: 'sa-head-line' }, element('b', {}, title), facts),
  element('div', { class: 'sa-tools', role: 'toolbar', 'aria-label': 'Editing' }, bar[0], sound, backdrop, ...bar.slice(1)),
  roll, overview, progress, status, help);
 buttons.get('Play or pause')!.classList.add('sa-play');
 return { canvas, overlay, overview, roll, progress, status, facts, help, sound, backdrop, buttons };
}

function helpOf(actions: readonly Action[]): HTMLDialogElement {
 const mouse: [string, string][] = [
  ['click a note', 'hear it alone'], ['drag', 'in time and pitch, in semitones; with Alt, freely'],
  ['drag across empty space', 'select; with Shift, add to the selection'], ['click empty space', 'go there'],
  ['Ctrl + wheel, pinch', 'zoom'], ['Shift + wheel', 'go along'],
 ];
 const arrows: Record<string, string> = { ArrowLeft: '←', ArrowRight: '→', ArrowUp: '↑', ArrowDown: '↓' };
 const shown = (key: string): string => key.replace(/Arrow\w+/, arrow => arrows[arrow]);
 const rows = [...mouse.map(([what, does]) => element('div', {}, element('span', {}, what), does)),
  ...actions.map(action => element('div', {}, element('span', {}, element('kbd', {}, shown(action.key))), action.name))];
 const close = element('button', { type: 'button' }, 'Close');
 const dialog = element('dialog', { 'aria-label': 'Keys and gestures' }, element('b', {}, 'Keys and gestures'), element('div', { class: 'sa-keys' }, ...rows), close);
 close.addEventListener('click', () => dialog.close());
 return dialog;
}

/** Gives a file to the person in front of the page. */
export function download(name: string, content: BlobPart, type: string): void {
 const link = element('a', { download: name, href: URL.createObjectURL(new Blob([content], { type })) });
 link.click();
 setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

export function fromBase64(text: string): Uint8Array {
 return Uint8Array.from(atob(text.trim()), letter => letter.charCodeAt(0));
}
