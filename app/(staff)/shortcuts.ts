/** A letter or an arrow typed into one of these is text, not a command. */
const TYPING = 'input, textarea, select, [contenteditable]';

/**
 * Binds keys by their place on the keyboard (`event.code`), so that they work in the Russian layout. «Ctrl+Enter» and
 * «Ctrl+Shift+Enter» work everywhere; a key without Ctrl only outside fields and menus. Nothing works under a dialog.
 * A `run` that returns false leaves the key to the browser. Gives back the unbinding.
 */
export function onShortcut(
  keys: readonly (readonly [key: string, run: (event: KeyboardEvent) => unknown])[],
): () => void {
  const listener = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.altKey || document.querySelector('dialog[open]')) return;
    const command = event.ctrlKey || event.metaKey;
    if (command && event.repeat) return;
    if (!command && (event.target as Element).closest(TYPING)) return;
    const code = event.code === 'NumpadEnter' ? 'Enter' : event.code;
    const name = `${command ? 'Ctrl+' : ''}${event.shiftKey && command ? 'Shift+' : ''}${code}`;
    const run = keys.find(([key]) => key === name)?.[1];
    if (run && run(event) !== false) event.preventDefault();
  };
  document.addEventListener('keydown', listener);
  return () => document.removeEventListener('keydown', listener);
}
