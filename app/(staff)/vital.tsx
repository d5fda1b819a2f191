import type { ReactNode } from 'react';
import type { Shape } from '@/app/ui/sprite';
import { StatusMark } from '@/app/ui/status-mark';

/** One figure of `dl.vitals`: what it is, how it stands, and a word more. */
export function Vital({
  title,
  shape,
  label,
  children,
}: {
  title: string;
  shape: Shape;
  label: string;
  children?: ReactNode;
}) {
  return (
    <div>
      <dt>{title}</dt>
      <dd>
        <StatusMark shape={shape} label={label} />
      </dd>
      {children && <dd>{children}</dd>}
    </div>
  );
}
