/** A letter or an arrow typed into one of these is text or a choice, not a command. */
const TYPING = 'input, textarea, select, [contenteditable]';
const TICK = 'input[type="checkbox"], input[type="radio"]';
/** Keys that a person can switch off (WCAG 2.1.4): letters and signs without Ctrl. */
const CHARACTER = /^(Shift\+)?(Key[A-Z]|Slash)$/;

/** Stands on the frame while the person has switched single letters off. */
export const LETTERS_OFF = 'data-letters-off';

export type Shortcut = readonly [key: string, run: (event: KeyboardEvent) => unknown];

/**
 * Binds keys by their place on the keyboard (`event.code`), so that they work in the Russian layout: «KeyJ»,
 * «Shift+Slash», «Ctrl+Enter», «Ctrl+Shift+Enter». With Ctrl they work everywhere; without it only outside fields and
 * menus, letters also on a checkbox. A key bound without Shift works with it too (`run` reads `event.shiftKey`), but
 * «/»: with Shift it is «?». Esc in a field leaves the field first. Nothing works under a dialog or a menu. A `run` that
 * returns false leaves the key to the browser. Gives back the unbinding.
 */
export function onShortcut(keys: readonly Shortcut[]): () => void {
  const listener = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.altKey || event.isComposing) return;
    if (document.querySelector('dialog[open], :popover-open')) return;
    const command = event.ctrlKey || event.metaKey;
    if (command && event.repeat) return;
    const code = event.code === 'NumpadEnter' ? 'Enter' : event.code;
    const name = `${command ? 'Ctrl+' : ''}${event.shiftKey ? 'Shift+' : ''}${code}`;
    const field = (event.target as Element).closest<HTMLElement>(TYPING);
    if (!command && field) {
      if (code === 'Escape') {
        event.preventDefault();
        field.blur();
        return;
      }
      if (!(CHARACTER.test(name) && field.matches(TICK))) return;
    }
    if (CHARACTER.test(name) && document.querySelector(`[${LETTERS_OFF}]`)) return;
    const bound = (wanted: string) => keys.find(([key]) => key === wanted)?.[1];
    const run = bound(name) ?? (!command && code !== 'Slash' ? bound(code) : undefined);
    if (run && run(event) !== false) event.preventDefault();
  };
  document.addEventListener('keydown', listener);
  return () => document.removeEventListener('keydown', listener);
}
