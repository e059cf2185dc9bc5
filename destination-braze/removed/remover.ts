/** Somebody who left, with the attributes that Braze has of them from this stream alone, as far as known. */
export interface Leaver {
  identity: string;
  names: readonly string[];
}

/** Does to those who left what the config asks for. */
export interface Remover {
  /**
   * @returns the identities for which it was done; the others are tried again next time
   * @throws ConnectorError when Braze can't be used at all
   */
  remove(stream: string, leavers: readonly Leaver[]): Promise<Set<string>>;
}
