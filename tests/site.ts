import fs from 'node:fs';
import path from 'node:path';

/** What a person's press of a button came to, as his browser sees it. */
export type Answered<T> =
  | { kind: 'done'; value: T }
  /** The product said no, in words. */
  | { kind: 'refused'; text: string }
  /** The connection broke or the server failed: he does not know. */
  | { kind: 'uncertain'; text: string };

/** The product as a browser talks to it: by HTTP alone, each press to another of its web processes. */
export class Site {
  private cookie = '';
  private presses = 0;
  private readonly actions: Map<string, string>;

  constructor(
    private readonly urls: string[],
    private readonly login: string,
    private readonly password: string,
  ) {
    const manifest = path.join(import.meta.dirname, '..', '.next', 'server', 'server-reference-manifest.json');
    const { node } = JSON.parse(fs.readFileSync(manifest, 'utf8')) as {
      node: Record<string, { exportedName: string }>;
    };
    this.actions = new Map(Object.entries(node).map(([id, { exportedName }]) => [exportedName, id]));
  }

  private nextUrl(): string {
    return this.urls[this.presses++ % this.urls.length]!;
  }

  /** False when the site could not be reached; whoever presses then has to log in again. */
  async logIn(): Promise<boolean> {
    const url = this.nextUrl();
    try {
      const csrf = await fetch(`${url}/api/auth/csrf`, { signal: AbortSignal.timeout(10_000) });
      const { csrfToken } = (await csrf.json()) as { csrfToken: string };
      const response = await fetch(`${url}/api/auth/callback/credentials`, {
        method: 'POST',
        redirect: 'manual',
        signal: AbortSignal.timeout(10_000),
        headers: { Cookie: cookiesOf(csrf), Origin: url },
        body: new URLSearchParams({ csrfToken, login: this.login, password: this.password, json: 'true' }),
      });
      const cookie = cookiesOf(response);
      if (!cookie.includes('otklik=')) return false;
      this.cookie = cookie;
      return true;
    } catch {
      return false;
    }
  }

  /** A page, read to its end. */
  async get(address: string): Promise<Answered<string>> {
    const url = this.nextUrl();
    try {
      const response = await fetch(url + address, {
        headers: { Cookie: this.cookie },
        signal: AbortSignal.timeout(15_000),
        redirect: 'manual',
      });
      const text = await response.text();
      if (response.status === 200) return { kind: 'done', value: text };
      return { kind: 'uncertain', text: `HTTP ${response.status}` };
    } catch (error) {
      return { kind: 'uncertain', text: (error as Error).message };
    }
  }

  /** Calls a server action as the page of the registry does. */
  async act<T>(name: string, input: unknown): Promise<Answered<T>> {
    const id = this.actions.get(name);
    if (!id) throw new Error(`no action ${name}`);
    return this.ask(
      '/debt-requests',
      { 'Next-Action': id, 'Content-Type': 'text/plain;charset=UTF-8', Accept: 'text/x-component' },
      JSON.stringify([input]),
      (text) => {
        // rows of React's own format: the one with our result is the value of the call
        const row = text.split('\n').find((line) => /^[0-9a-f]+:\{"ok":/.test(line));
        return row ? JSON.parse(row.slice(row.indexOf(':') + 1)) : null;
      },
    );
  }

  /** A route that takes a body and gives JSON. */
  post<T>(address: string, body: Uint8Array | string, headers: Record<string, string> = {}): Promise<Answered<T>> {
    return this.ask(address, headers, body as BodyInit, (text) => JSON.parse(text));
  }

  private async ask<T>(
    address: string,
    headers: Record<string, string>,
    body: BodyInit,
    read: (text: string) => Record<string, unknown> | null,
  ): Promise<Answered<T>> {
    const url = this.nextUrl();
    try {
      const response = await fetch(url + address, {
        method: 'POST',
        body,
        headers: { Origin: url, Cookie: this.cookie, ...headers },
        signal: AbortSignal.timeout(15_000),
        redirect: 'manual',
      });
      const text = await response.text();
      if (response.status >= 500) return { kind: 'uncertain', text: `HTTP ${response.status}` };
      const value = read(text);
      if (value === null) return { kind: 'uncertain', text: `HTTP ${response.status}: no result` };
      const message = String(value.message ?? value.reason ?? '');
      // the database broke under it, maybe after the commit
      if (value.reason === 'failed') return { kind: 'uncertain', text: message };
      if (value.ok === false || response.status >= 400) return { kind: 'refused', text: message };
      return { kind: 'done', value: value as T };
    } catch (error) {
      return { kind: 'uncertain', text: (error as Error).message };
    }
  }
}

function cookiesOf(response: Response): string {
  return response.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');
}
