/** Where the portal is: normally a local stunnel that speaks ГОСТ TLS for us (PROTOCOL §2). */
export interface GisConnection {
  /** Root of all services, `http://127.0.0.1:8080/`. */
  url: string;
  /** `login:password` of a test stand; null in production, where the client certificate of the tunnel is the log-in. */
  basicAuth: string | null;
  /** Time for one whole HTTP exchange, from connecting to the last byte of the reply. */
  timeoutMs: number;
}
