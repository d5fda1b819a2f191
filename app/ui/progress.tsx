interface ProgressProps {
  /** 0…1; null while nobody knows how much there is. */
  share: number | null;
  label: string;
}

/** Never alone: the figures stand in words beside it. */
export function Progress({ share, label }: ProgressProps) {
  return <progress className="prog" aria-label={label} {...(share === null ? {} : { value: share, max: 1 })} />;
}
