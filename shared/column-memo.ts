/** Beyond so many columns a record is looked up name by name. */
const maxColumns = 1000;

/**
 * What is known of columns, found again without a search as long as records have their columns in the
 * same order, which those of a stream nearly always have. Hot path: asked for every value of every record.
 */
export class ColumnMemo<Known> {
  private readonly names: string[] = [];
  private readonly known: Known[] = [];

  /** @param find what is known of a column; asked whenever the order is another one */
  constructor(private readonly find: (name: string) => Known) {}

  /** @param index how many columns of the record came before this one */
  get(index: number, name: string): Known {
    if (this.names[index] === name) return this.known[index] as Known;
    const known = this.find(name);
    if (index < maxColumns) {
      this.names[index] = name;
      this.known[index] = known;
    }
    return known;
  }
}
