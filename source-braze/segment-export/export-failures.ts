import { ConnectorError } from "@braze-connectors/shared/airbyte/errors";
import type { HelpAnchor } from "@braze-connectors/shared/airbyte/help";
import type { Logger } from "@braze-connectors/shared/airbyte/output";

/** What is wrong with one export, and says nothing of others; by where its help stands. */
const ofOneExport: Partial<Record<HelpAnchor, true>> = {
  "export-refused": true,
  "export-running": true,
  "export-timeout": true,
  "export-vanished": true,
  "export-damaged": true,
};

/** Exports that failed: the other segments have their turn all the same, then the stream fails. */
export class ExportFailures {
  private readonly errors: ConnectorError[] = [];

  /** @param exports how many are to be read */
  constructor(
    private readonly exports: number,
    private readonly log: Logger,
  ) {}

  /** Takes note of what ended the reading of an export. @throws it when no other export could be read either */
  note(error: unknown): void {
    if (!(error instanceof ConnectorError) || !error.help || !ofOneExport[error.help]) throw error;
    if (this.exports > 1) this.log.error(`${error.message} It keeps no other segment from being read.`);
    this.errors.push(error);
  }

  /** @throws the first failure, which says how many more there are */
  throwIfAny(): void {
    const [first, ...others] = this.errors;
    if (!first) return;
    if (others.length === 0) throw first;
    const more = others.length === 1 ? "another segment" : `${others.length} other segments`;
    const { failureType, internal, help, cause } = first;
    throw new ConnectorError(
      failureType,
      `${first.message} The export of ${more} failed, too: see the log.`,
      { ...(internal === undefined ? {} : { internal }), ...(help === undefined ? {} : { help }), cause },
    );
  }
}
