/** A certificate that nobody has signed but itself, for tests of TLS: ASN.1 (X.690), X.509 (RFC 5280). */
import { generateKeyPairSync, sign } from "node:crypto";

export interface SelfSigned {
  key: string;
  cert: string;
}

const SEQUENCE = 0x30;
const SET = 0x31;
const INTEGER = 0x02;
const BIT_STRING = 0x03;
const OCTET_STRING = 0x04;
const UTF8 = 0x0c;
const UTC_TIME = 0x17;
const DNS_NAME = 0x82;
const VERSION = 0xa0;
const EXTENSIONS = 0xa3;

const ecdsaWithSha256 = "06082a8648ce3d040302";
const commonName = "0603550403";
const subjectAltName = "0603551d11";

function der(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const header = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([tag, ...header]), content]);
}

const bits = (content: Buffer): Buffer => der(BIT_STRING, Buffer.from([0]), content);
const oid = (hex: string): Buffer => Buffer.from(hex, "hex");
const utcTime = (time: Date): Buffer =>
  der(UTC_TIME, Buffer.from(`${time.toISOString().slice(2, 19).replaceAll(/[-:T]/g, "")}Z`));

/** Makes one for a host name, valid for a day. */
export function selfSigned(host = "127.0.0.1"): SelfSigned {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  const now = Date.now();
  const algorithm = der(SEQUENCE, oid(ecdsaWithSha256));
  const name = der(SEQUENCE, der(SET, der(SEQUENCE, oid(commonName), der(UTF8, Buffer.from(host)))));
  const names = der(SEQUENCE, der(DNS_NAME, Buffer.from(host)));
  const toBeSigned = der(
    SEQUENCE,
    der(VERSION, der(INTEGER, Buffer.from([2]))),
    der(INTEGER, Buffer.from([1])),
    algorithm,
    name,
    der(SEQUENCE, utcTime(new Date(now - 3_600_000)), utcTime(new Date(now + 86_400_000))),
    name,
    publicKey.export({ type: "spki", format: "der" }),
    der(EXTENSIONS, der(SEQUENCE, der(SEQUENCE, oid(subjectAltName), der(OCTET_STRING, names)))),
  );
  const certificate = der(SEQUENCE, toBeSigned, algorithm, bits(sign("sha256", toBeSigned, privateKey)));
  return {
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${certificate.toString("base64")}\n-----END CERTIFICATE-----\n`,
  };
}
