import path from 'node:path';
import { parseArgs } from 'node:util';
import { CommandError } from './command';

/** The one file that a command is about, by its full path; null when `--help` was asked for, and printed. */
export function fileArgument(usage: string): string | null {
  let given: { values: { help?: boolean }; positionals: string[] };
  try {
    given = parseArgs({ options: { help: { type: 'boolean', default: false } }, allowPositionals: true });
  } catch (error) {
    throw new CommandError(`Непонятный ключ (${(error as Error).message}).\n\n${usage}`);
  }
  if (given.values.help) {
    console.log(usage);
    return null;
  }
  const [file, ...more] = given.positionals;
  if (!file || more.length > 0) throw new CommandError(`Назовите один файл.\n\n${usage}`);
  // npm runs a command in the project's folder and tells from which one it was asked to
  return path.resolve(process.env.INIT_CWD ?? '.', file);
}
