import type { AirbyteMessage } from "@braze-connectors/spec/airbyte/protocol";
import validateMessage from "@braze-connectors/spec/validators/validateMessage";
import { Output } from "../airbyte/output";
import { Secrets } from "../airbyte/secrets";
import type { Sink } from "../airbyte/stdout";

/** When everything in a test happens, epoch ms. */
export const testTimeMs = Date.UTC(2026, 0, 2, 3, 4, 5, 678);

/** An Output whose messages a test can look at. */
export class MemoryOutput implements Sink {
  readonly lines: string[] = [];
  readonly secrets = new Secrets();
  readonly output = new Output(this, this.secrets, () => testTimeMs);

  write(text: string): undefined {
    this.lines.push(...text.split("\n").slice(0, -1));
  }

  writeBytes(bytes: Uint8Array): undefined {
    this.write(Buffer.from(bytes).toString());
  }

  async flush(): Promise<void> {}

  /** What was said, each message checked against the protocol. */
  messages(): AirbyteMessage[] {
    return this.lines.map((line) => {
      const message: unknown = JSON.parse(line);
      if (!validateMessage(message)) {
        throw new Error(`Not a message of the protocol: ${line}: ${JSON.stringify(validateMessage.errors)}`);
      }
      return message as AirbyteMessage;
    });
  }

  /** What was said in words that a test can compare: type, and what matters of it. */
  summary(): string[] {
    return this.messages().map(summaryOf);
  }
}

function summaryOf({ type, record, state, log, trace }: AirbyteMessage): string {
  if (record) return `RECORD ${record.stream}`;
  if (state) return `STATE ${state.stream?.stream_descriptor.name} ${state.sourceStats?.recordCount}`;
  if (log) return `LOG ${log.level}`;
  if (trace?.stream_status) {
    return `${trace.stream_status.status} ${trace.stream_status.stream_descriptor.name}`;
  }
  if (trace?.error) return `ERROR ${trace.error.failure_type} ${trace.error.stream_descriptor?.name}`;
  return trace?.estimate ? `ESTIMATE ${trace.estimate.name}` : type;
}
