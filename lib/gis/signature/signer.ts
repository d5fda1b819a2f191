/** Who signs: one contract, a key in a file or an external command for tokens and CryptoPro (DESIGN §8). */
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { type Certificate, readCertificate } from './certificate';
import { signDigest, verifyDigest } from './gost3410';
import { type PrivateKey, readPrivateKey } from './key';
import { SigningProblem } from './problem';
import { streebog256 } from './streebog';

export interface Signer {
  readonly certificate: Certificate;
  /**
   * Signs canonical SignedInfo: 64 bytes s ‖ r (PROTOCOL §8), always within the signer's time limit.
   * @throws SigningProblem when the key cannot be used
   */
  sign(canonicalSignedInfo: Uint8Array): Promise<Uint8Array>;
}

/** Signs here with a key read into memory. */
export function pemSigner({ key, certificate }: { key: PrivateKey; certificate: Certificate }): Signer {
  return {
    certificate,
    sign: async (canonicalSignedInfo) => signDigest(key.scalar, streebog256(canonicalSignedInfo), key.curve),
  };
}

/** A token asked for the first time may be slow; a hung one must not hold the exchange for long. */
const COMMAND_TIME_LIMIT_MS = 30_000;

/**
 * Signs by an external command, a line for the shell: canonical SignedInfo on its stdin, exactly 64 raw bytes s ‖ r on its
 * stdout, exit code 0. The command and its children are killed at the time limit. Its stderr is thrown away: a foreign
 * program may print a PIN there. The result is used only if it verifies against the certificate. One run at a time: tokens
 * seldom bear two.
 */
export function commandSigner(options: { command: string; certificate: Certificate; timeoutMs?: number }): Signer {
  const { command, certificate, timeoutMs = COMMAND_TIME_LIMIT_MS } = options;
  const signNow = async (canonicalSignedInfo: Uint8Array) => {
    const signature = await runCommand(command, canonicalSignedInfo, timeoutMs);
    if (!verifyDigest(certificate.publicKey, streebog256(canonicalSignedInfo), signature, certificate.curve)) {
      throw new SigningProblem(
        'Подпись, сделанная командой GIS_SIGN_COMMAND, не подходит к сертификату: команда использует другой ключ или выдаёт подпись в другом виде (нужны 64 байта s‖r).',
      );
    }
    return signature;
  };
  let previous: Promise<unknown> = Promise.resolve();
  return {
    certificate,
    sign: (canonicalSignedInfo) => {
      const result = previous.then(() => signNow(canonicalSignedInfo));
      previous = result.catch(() => {});
      return result;
    },
  };
}

function runCommand(command: string, input: Uint8Array, timeoutMs: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    // A process group of its own, so that what the shell starts dies with it.
    const child = spawn(command, { shell: true, detached: true, stdio: ['pipe', 'pipe', 'ignore'] });
    const output: Buffer[] = [];
    let size = 0;
    const settle = (outcome: Uint8Array | string) => {
      clearTimeout(timer);
      if (typeof outcome === 'string') reject(new SigningProblem(outcome));
      else resolve(outcome);
    };
    const stop = (problem: string) => {
      killGroup(child.pid);
      child.stdout.destroy();
      settle(problem);
    };
    const timer = setTimeout(
      () => stop(`Команда подписи (GIS_SIGN_COMMAND) не ответила за ${timeoutMs / 1000} с и остановлена.`),
      timeoutMs,
    );
    child.stdout.on('data', (chunk: Buffer) => {
      output.push(chunk);
      size += chunk.length;
      if (size > 64)
        stop('Команда подписи (GIS_SIGN_COMMAND) выдала больше 64 байт: ожидается подпись s‖r без кодирования.');
    });
    child.on('error', () => settle('Не удалось запустить команду подписи (GIS_SIGN_COMMAND).'));
    child.on('close', (code, signal) => {
      if (code !== 0) settle(`Команда подписи (GIS_SIGN_COMMAND) завершилась с ошибкой (${signal ?? `код ${code}`}).`);
      else if (size < 64) settle(`Команда подписи (GIS_SIGN_COMMAND) выдала ${size} байт вместо 64.`);
      else settle(new Uint8Array(Buffer.concat(output)));
    });
    // A command that ends without reading its input breaks the pipe; its exit code tells more than that.
    child.stdin.on('error', () => {});
    child.stdin.end(input);
  });
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Gone already.
  }
}

export interface SignerConfig {
  /** PEM of the private key; either this or {@link signCommand}. */
  readonly keyFile?: string;
  readonly passphrase?: string;
  /** PEM or DER. */
  readonly certFile: string;
  readonly signCommand?: string;
}

/** Signed to see whether key and certificate belong together; shaped as what a real signer will get. */
const TRIAL = Buffer.from(
  '<ds:SignedInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"></ds:CanonicalizationMethod></ds:SignedInfo>',
);

/**
 * Makes the signer of the installation and proves at start that it works: files readable, certificate valid at `now`, and
 * a trial signature that verifies. What is wrong is returned as a Russian sentence for the administrator.
 */
export async function loadSigner(
  config: SignerConfig,
  now: Date,
): Promise<{ ok: true; signer: Signer } | { ok: false; problem: string }> {
  try {
    const certificate = readCertificate(await readConfigured(config.certFile, 'сертификата (GIS_CERT_FILE)'));
    requireValid(certificate, now);
    const signer = await makeSigner(config, certificate);
    const trial = await signer.sign(TRIAL);
    if (!verifyDigest(certificate.publicKey, streebog256(TRIAL), trial, certificate.curve)) {
      throw new SigningProblem(
        `Закрытый ключ (GIS_KEY_FILE) не подходит к сертификату «${certificate.subjectName}» (GIS_CERT_FILE).`,
      );
    }
    return { ok: true, signer };
  } catch (error) {
    if (!(error instanceof SigningProblem)) throw error;
    return { ok: false, problem: error.message };
  }
}

async function makeSigner(config: SignerConfig, certificate: Certificate): Promise<Signer> {
  const { keyFile, passphrase, signCommand } = config;
  if (keyFile && signCommand) {
    throw new SigningProblem('Заданы и GIS_KEY_FILE, и GIS_SIGN_COMMAND: оставьте один из них.');
  }
  if (signCommand) return commandSigner({ command: signCommand, certificate });
  if (!keyFile) throw new SigningProblem('Не задан ни ключ (GIS_KEY_FILE), ни команда подписи (GIS_SIGN_COMMAND).');
  const pem = await readConfigured(keyFile, 'ключа (GIS_KEY_FILE)');
  return pemSigner({ key: readPrivateKey(pem.toString('latin1'), passphrase), certificate });
}

function requireValid(certificate: Certificate, now: Date): void {
  const { notBefore, notAfter, subjectName } = certificate;
  if (now > notAfter) {
    throw new SigningProblem(
      `Срок действия сертификата «${subjectName}» истёк ${moscowDay(notAfter)}: получите новый и зарегистрируйте его в ГИС ЖКХ.`,
    );
  }
  if (now < notBefore) {
    throw new SigningProblem(
      `Сертификат «${subjectName}» действует только с ${moscowDay(notBefore)}. Проверьте часы сервера.`,
    );
  }
}

async function readConfigured(path: string, what: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    throw new SigningProblem(
      code === 'ENOENT' || code === 'ENOTDIR'
        ? `Файл ${what} не найден: ${path}`
        : `Файл ${what} не читается (${code ?? 'ошибка'}): ${path}`,
    );
  }
}

function moscowDay(date: Date): string {
  return date.toLocaleDateString('ru-RU', {
    timeZone: 'Europe/Moscow',
    day: '2-digit',
    month: '2-digit',
    year: 'numeric',
  });
}
