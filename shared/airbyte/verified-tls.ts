import type { Logger } from "./output";

const variable = "NODE_TLS_REJECT_UNAUTHORIZED";

/**
 * Sees to it that nobody turns the verification of certificates off: the API key and personal data would
 * go to whoever answers. To be called before the first connection.
 */
export function insistOnVerifiedTls(environment: NodeJS.ProcessEnv, log: Logger): void {
  if (environment[variable] === undefined) return;
  if (environment[variable] === "0") {
    log.warn(
      `The environment variable ${variable} is ignored: certificates are always verified. For a certificate authority of your own set NODE_EXTRA_CA_CERTS.`,
    );
  }
  delete environment[variable];
}
