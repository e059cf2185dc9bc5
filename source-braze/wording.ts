/** `1 user`, `5,000 users`. */
export const count = (number: number, what: string): string =>
  `${number.toLocaleString("en-US")} ${what}${number === 1 ? "" : "s"}`;

export const megabytes = (sizeBytes: number): string => `${(sizeBytes / 1e6).toFixed(1)} MB`;

/** `12 s`, `3.5 min`. */
export const duration = (durationMs: number): string =>
  durationMs < 60_000
    ? `${Number((durationMs / 1000).toFixed(1))} s`
    : `${Number((durationMs / 60_000).toFixed(1))} min`;
