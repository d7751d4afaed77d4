// What one can do to a code: every action has a name, a key and, where it is often wanted, a button.

export interface Action {
 readonly name: string;
 /** How the key is shown; its parts as KeyboardEvent knows them are in `keys`. */
 readonly key: string;
 readonly keys: readonly string[];
 readonly button?: string;
 readonly run: () => void;
}

/** The name of a key press, such as "Shift+Alt+ArrowUp". */
export function keyOf(event: KeyboardEvent): string {
 const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
 const isSymbol = event.key.length === 1 && key === event.key.toUpperCase();
 const command = event.ctrlKey || event.metaKey ? 'Ctrl+' : '';
 return `${command}${event.altKey ? 'Alt+' : ''}${event.shiftKey && !isSymbol ? 'Shift+' : ''}${key === ' ' ? 'Space' : key}`;
}
