// Makes an editor of every element that holds a code.
import { readCode } from './code';
import { Editor } from './editor';
import { fromBase64 } from './page';
import { Synth } from './sound/synth';
import { readWav } from './sound/wav';
import { Model, type ModelHeader } from './synth/model';

declare global {
 interface Window { sparseAudioEditors?: Editor[] }
}

function wire(root: HTMLElement): void {
 root.classList.add('sa-live');
 const text = (selector: string): string | null => root.querySelector(selector)?.textContent ?? null;
 const decoder = document.getElementById(root.dataset.decoder!)!;
 const header = JSON.parse(decoder.dataset.header!) as ModelHeader, numbers = fromBase64(decoder.textContent!);
 const code = readCode(JSON.parse(text('.sa-code')!), JSON.parse(text('.sa-notes')!));
 const original = text('.sa-original');
 const synth = new Synth(header, numbers, code.contexts);
 const editor = new Editor(root, root.dataset.title!, new Model(header, numbers), code, synth, original ? readWav(fromBase64(original)) : null);
 (window.sparseAudioEditors ??= []).push(editor);
}

document.querySelectorAll<HTMLElement>('.sa-editor:not(.sa-live)').forEach(wire);
