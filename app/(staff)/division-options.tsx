/** Divisions as options of a select, what belongs to a directorate set in under it. */
export function DivisionOptions({ divisions }: { divisions: readonly { id: string; name: string; depth: number }[] }) {
  return divisions.map(({ id, name, depth }) => (
    <option key={id} value={id}>
      {'\u00a0\u00a0'.repeat(depth)}
      {name}
    </option>
  ));
}
