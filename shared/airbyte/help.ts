/** Where help for an error stands: the sections of docs/troubleshooting.md. A test compares both lists. */
export const helpAnchors = [
  "config-invalid",
  "catalog-file",
  "state-file",
  "wrong-api-key",
  "missing-permission",
  "wrong-url",
  "certificate",
  "unreachable",
  "rate-limit",
  "outage",
  "odd-answer",
  "bucket",
  "aws-credentials",
  "storage-permission",
  "storage-trouble",
  "folder",
  "disk-full",
  "storage-needed",
  "locked",
  "shards",
  "segment-unknown",
  "export-refused",
  "no-download-link",
  "export-running",
  "export-timeout",
  "export-vanished",
  "export-damaged",
  "stream-unreadable",
  "mapping",
  "destination-object",
  "catalog-missing",
  "removed-profiles",
  "bad-input",
  "unexpected",
] as const;

export type HelpAnchor = (typeof helpAnchors)[number];

/** A sentence for the user with the way to its help, if there is one. */
export const withHelp = (message: string, help: HelpAnchor | undefined): string =>
  help === undefined ? message : `${message} (docs/troubleshooting.md#${help})`;
