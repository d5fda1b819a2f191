/** Works a stand that runs as a process of its own: `const stand = remoteControl(url); await stand.withdraw({…})`. */
import type { Control } from './control';
import type { ControlMethod } from './pages';

export type RemoteControl = {
  [M in ControlMethod]: (...argument: Parameters<Control[M]>) => Promise<ReturnType<Control[M]>>;
};

/** Every call throws with the stand's own words when it refuses. */
export function remoteControl(url: string): RemoteControl {
  return new Proxy({} as RemoteControl, {
    get: (_, method: string) => async (argument?: unknown) => {
      const response = await fetch(`${url}/control/${method}`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(argument ?? {}),
      });
      const value = (await response.json()) as { error?: string };
      if (!response.ok) throw new Error(value?.error ?? `HTTP ${response.status}`);
      return value;
    },
  });
}
