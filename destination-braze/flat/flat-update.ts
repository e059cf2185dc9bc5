import type { JsonObject } from "@braze-connectors/shared/json";
import type { Change } from "../delta/change";
import type { PartlyNew } from "../delta/delta-index";
import type { RecordJson } from "../messages";
import type { Slot } from "../objects/endpoint";
import type { Reason } from "../objects/object";
import { attributes } from "../objects/track/track";
import type { Epoch } from "../pipeline/acknowledge";
import type { Lane } from "../pipeline/coalesce";
import type { Outgoing, ReceivedRecord, Update } from "../pipeline/update";
import type { FlatRecords } from "./flat-records";
import { columnsOf, type FlatShape } from "./shape";

const none: readonly Reason[] = [];

/**
 * A record that was read without being parsed, and the update that it is, in one object: there are many at a time.
 * It is parsed when somebody wants to know more, which is rare.
 */
class FlatUpdate implements ReceivedRecord, Update {
  readonly slot = attributes;
  readonly stream: string;
  readonly sizeBytes: number;
  readonly identity: string;
  /** The data as it came. */
  readonly utf8: Uint8Array;
  private readonly isAscii: boolean;
  private parsed: JsonObject | undefined = undefined;
  open = 1;
  changed = false;
  reasons = none;

  constructor(
    flat: FlatRecords,
    readonly shape: FlatShape,
    readonly epoch: Epoch,
  ) {
    this.stream = flat.stream;
    this.identity = flat.identity;
    this.utf8 = flat.utf8;
    this.isAscii = flat.isAscii;
    this.sizeBytes = flat.lineBytes;
  }

  get record(): ReceivedRecord {
    return this;
  }

  get data(): JsonObject {
    this.parsed ??= JSON.parse(this.text) as JsonObject;
    return this.parsed;
  }

  get body(): JsonObject {
    return this.data;
  }

  get json(): RecordJson {
    return { text: this.text, sizeBytes: this.utf8.length };
  }

  private get text(): string {
    const { buffer, byteOffset, length } = this.utf8;
    return Buffer.from(buffer, byteOffset, length).toString(this.isAscii ? "latin1" : "utf8");
  }
}

class FlatOutgoing implements Outgoing {
  slot: Slot = attributes;
  readonly identity: string;
  readonly updates: Update[];
  receivedBytes: number;
  readonly alone = false;
  reduced = true;
  sent: JsonObject | undefined;
  lane: Lane | undefined = undefined;
  json: string | undefined = undefined;
  utf8: Uint8Array | undefined;
  sizeBytes: number | undefined;
  /** What it became when another update was merged into it. */
  private merged: JsonObject | undefined = undefined;

  /** @param part what is to be sent of it, when that is not all */
  constructor(
    update: FlatUpdate,
    public change: Change | undefined,
    part: Uint8Array | undefined,
  ) {
    this.identity = update.identity;
    this.updates = [update];
    this.receivedBytes = update.sizeBytes;
    this.sent = part && (JSON.parse(Buffer.from(part).toString()) as JsonObject);
    this.utf8 = part ?? update.utf8;
    this.sizeBytes = this.utf8.length;
  }

  get body(): JsonObject {
    return this.merged ?? (this.updates[0] as Update).body;
  }

  set body(body: JsonObject) {
    this.merged = body;
  }
}

/** The object of a record that was read last, of which all or a part is to be sent as it came. */
export function flatOutgoing(
  flat: FlatRecords,
  shape: FlatShape,
  delta: Change | PartlyNew,
  epoch: Epoch,
): Outgoing {
  const update = new FlatUpdate(flat, shape, epoch);
  return "differing" in delta
    ? new FlatOutgoing(update, delta.change, flat.utf8Of(columnsOf(shape, delta.differing)))
    : new FlatOutgoing(update, delta, undefined);
}
