/** What a live line needs of a terminal. */
export interface Terminal {
  write(text: string): void;
  /** Undefined, or 0, where the terminal does not know. */
  readonly columns: number | undefined;
}

const usualColumns = 80;
const eraseToEnd = "\u001b[K";

/** The last line of a terminal, which says how far a command is. Other text gets in front of it by `hide` and `show`. */
export class LiveLine {
  private isDrawn = false;
  private isHidden = false;

  constructor(private readonly terminal: Terminal) {}

  get columns(): number {
    return this.terminal.columns || usualColumns;
  }

  /** Draws the line in place of what it said before. */
  draw(text: string): void {
    if (this.isHidden) return;
    this.terminal.write(`\r${text}${eraseToEnd}`);
    this.isDrawn = true;
  }

  /** Takes the line away, and draws nothing before `show`. */
  hide(): void {
    this.clear();
    this.isHidden = true;
  }

  /** Lets the line be drawn again. */
  show(): void {
    this.isHidden = false;
  }

  /** Leaves an empty line for whatever comes next. */
  clear(): void {
    if (this.isDrawn) this.terminal.write(`\r${eraseToEnd}`);
    this.isDrawn = false;
  }
}
