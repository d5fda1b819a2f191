'use client';

import { type KeyboardEvent, useEffect, useId, useRef, useState, useSyncExternalStore } from 'react';

export interface ComboboxOption {
  value: string;
  label: string;
  /** «9 запросов», at the right end. */
  note?: string;
}

interface ComboboxProps {
  id: string;
  name: string;
  /** What is chosen; its value goes with the form under `name`. */
  chosen: ComboboxOption | null;
  /** Shown before anything is typed; without scripts the only ones there are. */
  options: ComboboxOption[];
  placeholder: string;
  /** What matches the typed text, best first. */
  find: (typed: string, signal: AbortSignal) => Promise<ComboboxOption[]>;
}

const never = () => () => {};

/** A field with type-ahead (ARIA combobox with a list). Without scripts it is a plain list to choose from. */
export function Combobox({ id, name, chosen, options, placeholder, find }: ComboboxProps) {
  const scripts = useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
  const listId = useId();
  const input = useRef<HTMLInputElement>(null);
  const [value, setValue] = useState(chosen);
  const [text, setText] = useState(chosen?.label ?? '');
  const [open, setOpen] = useState(false);
  const [active, setActive] = useState(-1);
  const [found, setFound] = useState<{ typed: string; options: ComboboxOption[] } | null>(null);
  const typed = text === value?.label ? '' : text.trim();
  const offered = typed === '' ? options : found?.typed === typed ? found.options : null;

  useEffect(() => {
    if (!open || typed === '') return;
    const stop = new AbortController();
    const timer = setTimeout(() => {
      find(typed, stop.signal).then(
        (answer) => !stop.signal.aborted && setFound({ typed, options: answer }),
        // no connection: the next letter tries again
        () => {},
      );
    }, 150);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [open, typed, find]);

  if (!scripts) {
    return (
      <select className="in" id={id} name={name} defaultValue={chosen?.value ?? ''}>
        <option value="">Все</option>
        {chosen && !options.some((option) => option.value === chosen.value) && (
          <option value={chosen.value}>{chosen.label}</option>
        )}
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    );
  }

  const choose = (option: ComboboxOption | null) => {
    setValue(option);
    setText(option?.label ?? '');
    setOpen(false);
    setActive(-1);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const count = offered?.length ?? 0;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      if (!open) setOpen(true);
      else if (count > 0)
        setActive(
          (at) => (at + (event.key === 'ArrowDown' ? 1 : count) + (at < 0 && event.key === 'ArrowUp' ? 1 : 0)) % count,
        );
    } else if (event.key === 'Enter' && open && offered?.[active]) {
      event.preventDefault();
      choose(offered[active]);
    } else if (event.key === 'Escape' && open) {
      event.preventDefault();
      event.stopPropagation();
      setOpen(false);
      setActive(-1);
    }
  };

  return (
    <span className="combo">
      <input type="hidden" name={name} value={value?.value ?? ''} />
      <input
        ref={input}
        className="in"
        id={id}
        role="combobox"
        aria-expanded={open}
        aria-controls={listId}
        aria-autocomplete="list"
        aria-activedescendant={open && active >= 0 ? `${listId}-${active}` : undefined}
        autoComplete="off"
        maxLength={200}
        placeholder={placeholder}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          // another text is another choice, which is not made yet
          setValue(null);
          setActive(-1);
          setOpen(true);
        }}
        onClick={() => setOpen(true)}
        onKeyDown={onKeyDown}
        onBlur={() => {
          setOpen(false);
          // what was typed and not chosen would look like a condition and be none
          if (!value) setText('');
        }}
      />
      <div
        className="pop"
        id={listId}
        role="listbox"
        hidden={!open || !offered || offered.length === 0}
        aria-label={placeholder}
      >
        {open &&
          offered?.map((option, i) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are the input's, which keeps the focus
            // biome-ignore lint/a11y/useFocusableInteractive: likewise
            <div
              key={option.value}
              id={`${listId}-${i}`}
              role="option"
              aria-selected={i === active}
              // a press would take the focus from the field and close the list before the click
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => choose(option)}
            >
              <Marked text={option.label} part={typed} />
              {option.note && <span className="q2 nw">{option.note}</span>}
            </div>
          ))}
      </div>
      <span className="sr" role="status">
        {open && typed !== '' && offered && (offered.length > 0 ? `Найдено: ${offered.length}` : 'Ничего не найдено')}
      </span>
      {open && typed !== '' && offered?.length === 0 && (
        <span className="pop none q2" aria-hidden="true">
          Ничего не&nbsp;найдено
        </span>
      )}
    </span>
  );
}

function Marked({ text, part }: { text: string; part: string }) {
  const at = part === '' ? -1 : text.toLowerCase().indexOf(part.toLowerCase());
  if (at === -1) return <span>{text}</span>;
  return (
    <span>
      {text.slice(0, at)}
      <mark>{text.slice(at, at + part.length)}</mark>
      {text.slice(at + part.length)}
    </span>
  );
}
