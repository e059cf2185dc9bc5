import { createSign, generateKeyPairSync } from "node:crypto";

/** A key and a certificate for 127.0.0.1 that nobody vouches for, as PEM: valid for a day. */
export function selfSigned(): { key: string; cert: string } {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  // RFC 5280, as little of it as TLS needs; ecosystem packages for this are larger than these lines.
  const algorithm = sequence(objectId("2a864886f70d01010b"), der(0x05));
  const name = sequence(der(0x31, sequence(objectId("550403"), der(0x0c, Buffer.from("127.0.0.1")))));
  const validity = sequence(utcTime(Date.now() - 3_600_000), utcTime(Date.now() + 86_400_000));
  const spki = publicKey.export({ type: "spki", format: "der" });
  const toSign = sequence(der(0x02, Buffer.from([1])), algorithm, name, validity, name, spki);
  const signature = createSign("sha256").update(toSign).sign(privateKey);
  const certificate = sequence(toSign, algorithm, der(0x03, Buffer.from([0]), signature));
  const lines = certificate.toString("base64").match(/.{1,64}/g) ?? [];
  return {
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`,
  };
}

/** A value of ASN.1 in DER: tag, length, content. */
function der(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const long = length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...(length < 0x80 ? [length] : long)]), content]);
}

const sequence = (...parts: Buffer[]): Buffer => der(0x30, ...parts);
const objectId = (hex: string): Buffer => der(0x06, Buffer.from(hex, "hex"));
const utcTime = (timeMs: number): Buffer =>
  der(0x17, Buffer.from(`${new Date(timeMs).toISOString().replace(/[-:T]/g, "").slice(2, 14)}Z`));
