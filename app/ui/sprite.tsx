import type { ReactNode } from 'react';

const CIRCLE = <circle cx="7" cy="7" r="5.5" fill="none" stroke="currentColor" strokeWidth="1.5" />;
const DISC = <circle cx="7" cy="7" r="6.25" fill="currentColor" />;

const line = (d: string, width = 1.5, stroke = 'currentColor') => (
  <path d={d} fill="none" stroke={stroke} strokeWidth={width} />
);

/** Every shape of the product: [width, height, drawing]. Statuses fill up with progress, so they read without colour. */
const SHAPES = {
  new: [14, 14, CIRCLE],
  in_progress: [
    14,
    14,
    <>
      {CIRCLE}
      <path d="M7 7V3a4 4 0 0 1 4 4z" fill="currentColor" />
    </>,
  ],
  prepared: [
    14,
    14,
    <>
      {CIRCLE}
      <path d="M7 7V3a4 4 0 1 1-4 4z" fill="currentColor" />
    </>,
  ],
  rework: [14, 14, line('M3 4.6A5 5 0 1 1 2 7.4M2.6 1.6v3.3h3.3', 1.6)],
  ready: [14, 14, DISC],
  sending: [
    14,
    14,
    <>
      {DISC}
      {line('M7 10.4V4M4.3 6.5L7 3.8l2.7 2.7', 1.5, '#fff')}
    </>,
  ],
  answered: [
    14,
    14,
    <>
      {DISC}
      {line('M4 7.2l2.1 2.1L10 5.2', 1.6, '#fff')}
    </>,
  ],
  send_failed: [
    14,
    14,
    <>
      <path d="M7 .9l6.6 11.9H.4z" fill="currentColor" />
      {line('M7 4.9v4M7 10.1v1.5', 1.5, '#fff')}
    </>,
  ],
  revoked: [
    14,
    14,
    <>
      {CIRCLE}
      {line('M3.2 10.8l7.6-7.6')}
    </>,
  ],
  expired: [
    14,
    14,
    <>
      {CIRCLE}
      {line('M7 3.7V7l2.3 1.6')}
    </>,
  ],
  close: [12, 12, line('M2.5 2.5l7 7M9.5 2.5l-7 7', 1.4)],
  down: [10, 6, line('M1 1l4 4 4-4')],
  up: [10, 6, line('M1 5l4-4 4 4')],
  left: [6, 10, line('M5 1L1 5l4 4')],
  tick: [12, 12, line('M2 6.3l2.8 2.8L10 3.4', 1.7)],
} satisfies Record<string, [number, number, ReactNode]>;

export type Shape = keyof typeof SHAPES;

/** Stands once in the page; `Icon` points into it, so a table of 100 rows does not repeat the drawings. */
export function Sprite() {
  return (
    <svg width="0" height="0" aria-hidden="true" className="absolute">
      {Object.entries(SHAPES).map(([name, [width, height, drawing]]) => (
        <symbol key={name} id={`shape-${name}`} viewBox={`0 0 ${width} ${height}`}>
          {drawing}
        </symbol>
      ))}
    </svg>
  );
}

/** A decoration: the words beside it say the same. */
export function Icon({ name, size, className }: { name: Shape; size?: number; className?: string }) {
  const [width, height] = SHAPES[name];
  return (
    <svg width={size ?? width} height={size ?? height} aria-hidden="true" className={className}>
      <use href={`#shape-${name}`} />
    </svg>
  );
}
