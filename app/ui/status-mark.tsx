import { Icon, type Shape } from './sprite';

/** Status = shape + colour + word. */
export function StatusMark({ shape, label, className = '' }: { shape: Shape; label: string; className?: string }) {
  return (
    <span className={`st st-${shape} ${className}`}>
      <Icon name={shape} />
      <span>{label}</span>
    </span>
  );
}
