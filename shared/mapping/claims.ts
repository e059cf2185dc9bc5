import type { TargetPath } from "./target-path";

/** Who writes to a target. */
export interface Claim {
  /** The key in the config, for people. */
  by: string;
  /** The field of the record that is written. */
  field?: string;
  /** Only one of several alternatives is ever written, so these are no rivals of each other. */
  isAlternative?: boolean;
  /** It writes the field as it is, and is no rival of another claim that writes the same field there. */
  isShared?: boolean;
}

interface Node {
  claims: Claim[];
  parts: Map<string, Node>;
}

/** Which targets are taken, so that no two values can meet in one place. */
export class Claims {
  private readonly root = newNode();

  /**
   * Takes a target, unless it is taken.
   * @returns who has it already, or a part of it, or the whole of which it is a part
   */
  take(path: TargetPath, claim: Claim): string | undefined {
    const rival = this.rivalOf(path, claim);
    if (rival !== undefined) return rival;
    let node = this.root;
    for (const name of path) {
      const next = node.parts.get(name) ?? newNode();
      node.parts.set(name, next);
      node = next;
    }
    node.claims.push(claim);
    return undefined;
  }

  rivalOf(path: TargetPath, claim: Claim): string | undefined {
    let node: Node | undefined = this.root;
    for (const [position, name] of path.entries()) {
      node = node.parts.get(name);
      if (!node) return undefined;
      const isWhole = position < path.length - 1;
      const rival = node.claims.find((other) => isWhole || !arePartners(other, claim));
      if (rival) return rival.by;
    }
    return [...node.parts.values()].map(anyClaim).find((by) => by !== undefined);
  }
}

const newNode = (): Node => ({ claims: [], parts: new Map() });

const arePartners = (a: Claim, b: Claim): boolean =>
  (a.isAlternative === true && b.isAlternative === true) ||
  ((a.isShared === true || b.isShared === true) && a.field !== undefined && a.field === b.field);

const anyClaim = (node: Node): string | undefined =>
  node.claims[0]?.by ?? [...node.parts.values()].map(anyClaim).find((by) => by !== undefined);
