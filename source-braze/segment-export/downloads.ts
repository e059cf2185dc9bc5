import type { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import {
  ConnectorError,
  errorMessage,
  StoppedError,
  transientError,
} from "@braze-connectors/shared/airbyte/errors";
import type { Logger } from "@braze-connectors/shared/airbyte/output";
import {
  ObjectNotFoundError,
  type ObjectStorage,
  type StoredObject,
} from "@braze-connectors/shared/storage/storage";
import type { TemporaryFile, TemporaryFiles } from "./temporary-files";

/** A file of an export, here. */
export interface Downloaded {
  object: StoredObject;
  /** What it is called in messages. */
  name: string;
  file: TemporaryFile;
}

const attempts = 3;
const pauseMs = 500;

/**
 * Downloads the files of an export, each whole before anything of it is emitted, so that a broken connection
 * can be tried again; and each while the one before it is read, so that reading does not wait for the network.
 */
export class Downloads {
  private readonly end = new AbortController();
  /** Aborted when the host asks us to stop, or nothing more will be taken. */
  private readonly stop: AbortSignal;
  private ahead: { object: StoredObject; file: Promise<TemporaryFile> } | undefined;

  constructor(
    private readonly storage: ObjectStorage,
    private readonly temporary: TemporaryFiles,
    stop: AbortSignal,
    private readonly log: Logger,
  ) {
    this.stop = AbortSignal.any([stop, this.end.signal]);
  }

  /**
   * A file, which is the caller's to remove when it was read.
   * @param next the one that will be asked for afterwards, if that is known
   * @throws ObjectNotFoundError when it is gone; StoppedError; ConnectorError when it can't be downloaded
   */
  async take(object: StoredObject, next: StoredObject | undefined): Promise<Downloaded> {
    if (this.ahead?.object !== object) this.begin(object);
    const file = await this.ahead?.file;
    if (file === undefined) throw new StoppedError();
    this.ahead = undefined;
    if (next !== undefined) this.begin(next);
    return { object, name: this.nameOf(object), file };
  }

  /** Gives up what was not taken. */
  async close(): Promise<void> {
    this.end.abort();
    const left = await this.ahead?.file.catch(() => undefined);
    await left?.remove();
  }

  private nameOf({ key }: StoredObject): string {
    return `${this.storage.location}/${key}`;
  }

  private begin(object: StoredObject): void {
    const file = this.download(object);
    // Whoever takes it is told of a failure; until then nobody listens.
    file.catch(() => undefined);
    this.ahead = { object, file };
  }

  private async download(object: StoredObject): Promise<TemporaryFile> {
    const { storage, temporary, log, stop } = this;
    const { key, sizeBytes } = object;
    for (let attempt = 1; ; attempt += 1) {
      try {
        const body = await bodyUnlessStopped(storage.read(key), stop);
        return await temporary.save(body, sizeBytes, stop);
      } catch (error) {
        if (error instanceof ObjectNotFoundError || error instanceof StoppedError) throw error;
        const known = error instanceof ConnectorError ? error : undefined;
        if (known && known.failureType !== "transient_error") throw known;
        const reason = known?.internal ?? errorMessage(error);
        if (attempt >= attempts) {
          throw (
            known ??
            transientError(
              `${this.nameOf(object)} could not be downloaded in ${attempts} attempts (${reason}); try again later.`,
              { help: "storage-trouble", cause: error },
            )
          );
        }
        log.warn(`The download of ${key} broke off (${reason}); trying again.`);
        await sleep(pauseMs * attempt);
      }
    }
  }
}

/** Waits for the body of an answer, but not when asked to stop: a storage that is silent can't be hurried. */
function bodyUnlessStopped(opening: Promise<Readable>, stop: AbortSignal): Promise<Readable> {
  return new Promise((resolve, reject) => {
    const onStop = (): void => {
      opening.then(
        (body) => body.on("error", () => undefined).destroy(),
        () => undefined,
      );
      reject(new StoppedError());
    };
    if (stop.aborted) return onStop();
    stop.addEventListener("abort", onStop, { once: true });
    opening.then(resolve, reject).finally(() => stop.removeEventListener("abort", onStop));
  });
}
