import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";
import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";

const compress = promisify(gzip);
const decompress = promisify(gunzip);

/** version u8 · salt · IV · authentication tag · AES-256-GCM of gzip of the content */
const version = 1;
const saltBytes = 16;
const ivBytes = 12;
const tagBytes = 16;
const headerBytes = 1 + saltBytes + ivBytes + tagBytes;
const info = "braze-connectors member list";

/** A file can't be opened: another key, another place, damage, or a newer version. */
export class SealedError extends Error {
  override readonly name = "SealedError";
}

/** Opens and closes files that hold identifiers, so that the storage shows none to whoever lacks the API key. */
export class Seal {
  /**
   * @param secret the API key
   * @param origin the REST endpoint: a file says nothing of the users of another one
   */
  constructor(
    private readonly secret: string,
    private readonly origin: string,
  ) {}

  /** @param key where the file is stored; it can't be opened elsewhere */
  async close(content: string, key: string): Promise<Buffer> {
    const salt = randomBytes(saltBytes);
    const iv = randomBytes(ivBytes);
    const cipher = createCipheriv("aes-256-gcm", this.keyFor(salt), iv).setAAD(this.context(key));
    const sealed = Buffer.concat([cipher.update(await compress(content)), cipher.final()]);
    return Buffer.concat([Buffer.of(version), salt, iv, cipher.getAuthTag(), sealed]);
  }

  /** @throws SealedError */
  async open(bytes: Buffer, key: string): Promise<string> {
    if (bytes.length < headerBytes) throw new SealedError("it is cut off");
    if (bytes[0] !== version) throw new SealedError(`its version ${bytes[0]} is unknown`);
    const salt = bytes.subarray(1, 1 + saltBytes);
    const iv = bytes.subarray(1 + saltBytes, 1 + saltBytes + ivBytes);
    const tag = bytes.subarray(headerBytes - tagBytes, headerBytes);
    try {
      const decipher = createDecipheriv("aes-256-gcm", this.keyFor(salt), iv)
        .setAAD(this.context(key))
        .setAuthTag(tag);
      const packed = Buffer.concat([decipher.update(bytes.subarray(headerBytes)), decipher.final()]);
      return (await decompress(packed)).toString();
    } catch {
      throw new SealedError("it is damaged, or was written with another API key");
    }
  }

  private keyFor(salt: Buffer): Buffer {
    return Buffer.from(hkdfSync("sha256", this.secret, salt, info, 32));
  }

  private context(key: string): Buffer {
    return Buffer.from(`${version}\n${this.origin}\n${key}`);
  }
}
