/** Codes of Node.js for certificates that can't be verified, and what they mean. */
const problems: Readonly<Record<string, string>> = {
  ERR_TLS_CERT_ALTNAME_INVALID: "its certificate is for another host",
  DEPTH_ZERO_SELF_SIGNED_CERT: "its certificate is self-signed",
  SELF_SIGNED_CERT_IN_CHAIN: "its certificate chain is self-signed",
  CERT_HAS_EXPIRED: "its certificate has expired",
  CERT_NOT_YET_VALID: "its certificate is not valid yet",
  CERT_REVOKED: "its certificate was revoked",
  CERT_UNTRUSTED: "its certificate can't be verified",
  UNABLE_TO_GET_ISSUER_CERT: "its certificate can't be verified",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "its certificate can't be verified",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "its certificate can't be verified",
};

/** What is wrong with a server's certificate, as a part of a sentence; undefined for other errors. */
export const certificateProblem = (code: string | undefined): string | undefined =>
  code !== undefined && Object.hasOwn(problems, code) ? problems[code] : undefined;
