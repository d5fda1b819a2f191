/**
 * Something with the key, the certificate or the signing command that the administrator of the installation must put right.
 * `message` is a Russian sentence for that person; it holds no secret and nothing a foreign program has printed.
 */
export class SigningProblem extends Error {
  override readonly name = 'SigningProblem';
}
