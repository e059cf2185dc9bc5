import { ColumnMemo } from "@braze-connectors/shared/column-memo";
import { isAttribute } from "../objects/attributes";

/** Largest number of attribute names that a workspace's index can tell apart: ids have 16 bits. */
const maxNames = 0xffff;

/**
 * Stands first in what is remembered of a profile when all of it was sent to be updated only: perhaps Braze knows
 * nobody of whom it could be. No attribute has this name.
 */
const updatesOnlyName = "_update_existing_only";
/** The number of that name in every index. */
export const updatesOnly = 0;

/** Numbers for attribute names, so that an index entry holds two bytes a name. */
export class AttributeNames {
  private readonly ids = new Map<string, number>([[updatesOnlyName, updatesOnly]]);
  private readonly names: string[] = [updatesOnlyName];
  private readonly memo = new ColumnMemo((name) => this.numberOf(name));

  /** The number of a name; undefined when there are too many names: such an attribute is not remembered. */
  idOf(name: string): number | undefined {
    const known = this.ids.get(name);
    if (known !== undefined) return known;
    if (this.names.length >= maxNames) return undefined;
    this.ids.set(name, this.names.length);
    this.names.push(name);
    return this.names.length - 1;
  }

  /**
   * As `idOf` for the columns of an object, one after the other; also says which are no attributes.
   * @param index how many columns came before
   */
  idOfColumn(index: number, column: string): number | undefined | "no attribute" {
    return this.memo.get(index, column);
  }

  private numberOf(column: string): number | undefined | "no attribute" {
    return isAttribute(column) ? this.idOf(column) : "no attribute";
  }

  nameOf(id: number): string {
    const name = this.names[id];
    if (name === undefined) throw new Error(`No attribute has the number ${id}`);
    return name;
  }
}
