import { reportDocument } from "../testing/report-document";
import { printed } from "./printed";

test.each([[reportDocument()], [reportDocument({ series: [] })]])(
  "the printed report is the report",
  (report) => {
    expect(JSON.parse(printed(report))).toEqual(report);
    expect(printed(report).split("\n").length).toBeLessThan(report.series.length + 200);
  },
);
