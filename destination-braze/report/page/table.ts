import { type Html, html } from "./html";

export interface Column<Row> {
  title: string;
  cell: (row: Row) => Html | string | number;
  /** Whether its cells are numbers. */
  number?: boolean;
}

/** A table that may be wider than the screen: then it scrolls by itself, also by keyboard. The first column names the row. */
export function table<Row>(
  id: string,
  caption: string,
  columns: readonly Column<Row>[],
  rows: readonly Row[],
): Html {
  const classOf = ({ number }: Column<Row>): string => (number ? "number" : "text");
  const head = columns.map((column) => html`<th scope="col" class="${classOf(column)}">${column.title}</th>`);
  const cell = (column: Column<Row>, row: Row, index: number): Html =>
    index === 0
      ? html`<th scope="row" class="${classOf(column)}">${column.cell(row)}</th>`
      : html`<td class="${classOf(column)}">${column.cell(row)}</td>`;
  const body = rows.map(
    (row) => html`<tr>${columns.map((column, index) => cell(column, row, index))}</tr>\n`,
  );
  return html`<div class="scroll" role="region" tabindex="0" aria-labelledby="${id}">
<table>
<caption id="${id}"><span>${caption}</span></caption>
<thead><tr>${head}</tr></thead>
<tbody>
${body}</tbody>
</table>
</div>`;
}
