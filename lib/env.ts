import { z } from 'zod';

/** `''` counts as absent: that is what an empty line of a .env file or of a compose file gives. */
const text = (problem: string) => z.string({ error: problem }).min(1, problem);

const address = (problem: string) =>
  text(problem).refine((value) => URL.canParse(value) && /^https?:$/.test(new URL(value).protocol), problem);

const schema = z
  .object({
    PORT: z.coerce
      .number('PORT: нужно число от 1 до 65535.')
      .int('PORT: нужно число от 1 до 65535.')
      .min(1, 'PORT: нужно число от 1 до 65535.')
      .max(65_535, 'PORT: нужно число от 1 до 65535.')
      .default(3000),
    DATABASE_URL: text(
      'DATABASE_URL: не задан адрес базы данных, например postgres://otklik:пароль@db.example/otklik.',
    ).refine(
      (value) => URL.canParse(value) && /^postgres(ql)?:$/.test(new URL(value).protocol),
      'DATABASE_URL: нужен адрес вида postgres://имя:пароль@сервер:5432/база (знаки вроде @ и # в пароле — в виде %40 и %23).',
    ),
    APP_URL: address(
      'APP_URL: нужен адрес, по которому открывают «Отклик», например https://otklik.example.ru.',
    ).optional(),
    AUTH_SECRET: text(
      'AUTH_SECRET: не задан секрет сеансов. Получите его командой «openssl rand -base64 32» и сохраните.',
    ).min(32, 'AUTH_SECRET: секрет короче 32 знаков. Получите новый командой «openssl rand -base64 32».'),
    /** Addresses or networks in CIDR notation, by commas. */
    TRUSTED_PROXIES: z
      .string()
      .default('')
      .transform((value) => splitList(value))
      .refine(
        (entries) => entries.every((entry) => isAddressOrNetwork(entry)),
        'TRUSTED_PROXIES: нужны адреса или подсети через запятую, например 10.0.0.5,192.168.0.0/24.',
      ),
    /** Where letters are handed in; absent = they are only shown in the product. */
    SMTP_URL: z
      .string()
      .refine(
        (value) => URL.canParse(value) && /^smtps?:$/.test(new URL(value).protocol),
        'SMTP_URL: нужен адрес вида smtp://имя:пароль@почта.example:587.',
      )
      .optional(),
    MAIL_FROM: z.string().default('«Отклик» <otklik@localhost>'),
    /** Whoever names it may read /api/metrics; absent = there is no such page. */
    METRICS_TOKEN: z
      .string()
      .min(16, 'METRICS_TOKEN: нужно от 16 знаков. Получите их командой «openssl rand -hex 32».')
      .optional(),
    GIS_URL: address('GIS_URL: нужен адрес туннеля к ГИС ЖКХ, например http://127.0.0.1:8080.'),
    GIS_BASIC_AUTH: z.string().includes(':', 'GIS_BASIC_AUTH: нужны имя и пароль через двоеточие.').optional(),
    GIS_KEY_FILE: z.string().optional(),
    GIS_KEY_PASSPHRASE: z.string().optional(),
    GIS_CERT_FILE: z.string().default(''),
    GIS_SIGN_COMMAND: z.string().optional(),
    GIS_POLL_SECONDS: z
      .string()
      .default('10,60,300,900,1800')
      .transform((value) => splitList(value).map(Number))
      .refine(
        (seconds) => seconds.length > 0 && seconds.every((value) => Number.isFinite(value) && value > 0),
        'GIS_POLL_SECONDS: нужны положительные числа секунд через запятую, например 10,60,300,900,1800.',
      ),
  })
  .transform((env) => ({ ...env, APP_URL: env.APP_URL ?? `http://127.0.0.1:${env.PORT}` }));

/**
 * The configuration of the installation. `APP_URL` is where people open the product (default: this machine and `PORT`);
 * `GIS_POLL_SECONDS` the waits before each getState, the last one repeated; whether the key and the certificate are
 * usable is the worker's to say (the registry works without them).
 */
export type Env = z.infer<typeof schema>;

/** Reads the environment; what is wrong comes back as Russian sentences, one per variable, without the values. */
export function readEnv(
  source: NodeJS.ProcessEnv = process.env,
): { ok: true; env: Env } | { ok: false; problems: string[] } {
  const given = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== undefined && value !== ''));
  const parsed = schema.safeParse(given);
  if (parsed.success) return { ok: true, env: parsed.data };
  const byVariable = new Map(parsed.error.issues.map(({ path, message }) => [path[0], message]));
  return { ok: false, problems: [...byVariable.values()] };
}

let checked: Env | undefined;

/** The same, read and checked at the first use: a build imports modules without an environment. Throws when it is wrong. */
export const env: Env = new Proxy({} as Env, {
  get(_, name) {
    if (!checked) {
      const result = readEnv();
      if (!result.ok) throw new Error(`Настройки заданы неверно:\n${result.problems.join('\n')}`);
      checked = result.env;
    }
    return Reflect.get(checked, name);
  },
});

function splitList(value: string): string[] {
  return value
    .split(',')
    .map((entry) => entry.trim())
    .filter(Boolean);
}

function isAddressOrNetwork(entry: string): boolean {
  const isPlain = z.union([z.ipv4(), z.ipv6()]).safeParse(entry).success;
  return isPlain || z.union([z.cidrv4(), z.cidrv6()]).safeParse(entry).success;
}
