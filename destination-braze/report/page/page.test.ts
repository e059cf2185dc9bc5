import { createHash } from "node:crypto";
import { reportDocument } from "../../testing/report-document";
import { bar } from "./bar";
import { chart, roundUp } from "./chart";
import { bytes, clock, compact, duration, percent, plural, rate, time } from "./format";
import { html } from "./html";
import { page } from "./page";

describe("html", () => {
  it("escapes what is put in, in text and in attributes", () => {
    const evil = `"'><script>&amp;`;
    expect(html`<a title="${evil}">${evil}</a>`.text).toBe(
      '<a title="&quot;&#39;&gt;&lt;script&gt;&amp;amp;">&quot;&#39;&gt;&lt;script&gt;&amp;amp;</a>',
    );
  });

  it("takes HTML as it is, lists one after the other, and nothing for undefined", () => {
    expect(html`<ul>${[html`<li>${1}</li>`, html`<li>${"&"}</li>`]}${undefined}</ul>`.text).toBe(
      "<ul><li>1</li><li>&amp;</li></ul>",
    );
  });

  it("replaces what has no place in a page", () => {
    expect(html`${"a\u0000b\u001bc\u0085d\ud800e\n"}`.text).toBe("a\ufffdb\ufffdc\ufffdd\ufffde\n");
  });
});

describe("format", () => {
  it.each([
    [duration(850), "850 ms"],
    [duration(2480), "2.5 s"],
    [duration(59_400), "59 s"],
    [duration(192_000), "3 min 12 s"],
    [duration(600_000), "10 min"],
    [duration(7_500_000), "2 h 5 min"],
    [clock(7000), "0:07"],
    [clock(3_727_000), "1:02:07"],
    [percent(0.874), "87 %"],
    [percent(0.0001), "< 1 %"],
    [percent(0.9999), "> 99 %"],
    [percent(1), "100 %"],
    [rate(4120.4), "4,120"],
    [rate(41.23), "41.2"],
    [rate(0.412), "0.41"],
    [rate(0), "0"],
    [bytes(640), "640 bytes"],
    [bytes(54_310), "54 kB"],
    [bytes(3_912_004), "3.9 MB"],
    [compact(1250), "1.25K"],
    [plural(1, "record"), "1 record"],
    [plural(2000, "record"), "2,000 records"],
    [time("2026-11-26T01:54:52.000Z"), "26 November 2026 at 01:54:52 UTC"],
  ])("%s", (formatted, expected) => {
    expect(formatted).toBe(expected);
  });
});

describe("chart", () => {
  const drawn = (layers: number[][], top: number): string[] => {
    const { text } = chart({
      id: "c",
      title: "T",
      description: "D",
      fromMs: 0,
      toMs: [1000, 4000],
      layers: layers.map((values) => ({ name: "", colour: "k", values })),
      top,
    });
    return [...text.matchAll(/class="area k" d="([^"]*)"/g)].map(([, path]) => path ?? "");
  };

  it("stacks layers as steps as wide as their intervals", () => {
    expect(
      drawn(
        [
          [5, 10],
          [5, 0],
        ],
        10,
      ),
    ).toEqual(["M0 200V100H250V0H1000V200H250V200H0Z", "M0 100V0H250V0H1000V0H250V100H0Z"]);
  });

  it("stays inside, and draws nothing of nothing", () => {
    expect(drawn([[20, 0]], 10)).toEqual(["M0 200V0H250V200H1000V200H250V200H0Z"]);
    expect(drawn([[0, 0]], 0)).toEqual(["M0 200V200H250V200H1000V200H250V200H0Z"]);
  });

  it.each([
    [0, 1],
    [1, 1],
    [1.01, 1.5],
    [2363, 2500],
    [0.07, 0.08],
    [9000, 10_000],
  ])("a scale for %d ends at %d", (value, top) => {
    expect(roundUp(value)).toBeCloseTo(top, 9);
  });
});

describe("bar", () => {
  const widths = (shares: number[]): number[] => {
    const { text } = bar(shares.map((share) => ({ name: "", colour: "k", share, text: "" })));
    return [...text.matchAll(/ width="([\d.]+)"/g)].map(([, width]) => Number(width));
  };

  it("shows shares as they are, and little ones so that they are seen", () => {
    expect(widths([0.75, 0.25])).toEqual([750, 250]);
    expect(widths([0.5, 0, 0.25])).toEqual([500, 0, 250]);
    const [large = 0, little = 0] = widths([0.9999, 0.0001]);
    expect(little).toBeGreaterThan(5);
    expect(large + little).toBeCloseTo(1000, 1);
  });
});

describe("page", () => {
  const text = page(reportDocument());

  it("lets nothing be loaded or run, and its own style through", () => {
    const [, policy] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(text) ?? [];
    const [, style] = /<style>([\s\S]*?)<\/style>/.exec(text) ?? [];
    const hash = createHash("sha256")
      .update(style ?? "")
      .digest("base64");
    expect(policy).toBe(
      `default-src &#39;none&#39;; style-src &#39;sha256-${hash}&#39;; base-uri &#39;none&#39;; form-action &#39;none&#39;`,
    );
    expect(text).not.toMatch(/<script|<img|<link|\sstyle=|\son[a-z]+=|https?:/);
  });

  it("says what happened", () => {
    for (const said of [
      "<title>Sync 42 complete – destination-braze/0.1.0</title>",
      "1,204,310 records in 10 min.",
      "Delivered <b>791,557</b>",
      "Rejected <b>453</b>",
      "dob must be a day in the form 1980-12-21.",
      "99/99/9999",
      "s3://my-company-braze/sync/42/rejected/",
      "Saved <b>8,231,929 (85 %)</b>",
      "Waiting for the rate limit <b>62 %</b>",
      "Working <b>14 %</b>",
      "contacts</bdi>: 12 records <bdi>hold text that Braze cuts to 255 characters</bdi>.",
      "8.1 s",
      "Kept for another stream",
    ]) {
      expect(text).toContain(said);
    }
  });

  it.each([
    ["running", "Sync 42 not ended", "it was killed"],
    ["failed", "Sync 42 failed", "Braze is away"],
    ["stopped", "Sync 42 stopped", "The host asked the sync to stop."],
  ] as const)("says that a sync is %s", (status, title, remark) => {
    const said = page(reportDocument({ status, failure: "Braze is away", ended_at: null }));
    expect(said).toContain(title);
    expect(said).toContain(remark);
  });

  it("says that a dry run sent nothing, and counts attempts from one", () => {
    const said = page(reportDocument({ dry_run: true, attempt: 2 }));
    expect(said).toContain("A dry run: nothing was sent");
    expect(said).toContain("Would be delivered");
    expect(said).toContain("attempt 3");
  });

  it("says so little of an empty sync that it can't be wrong", () => {
    const said = page(
      reportDocument({
        received: 0,
        accepted: 0,
        unchanged: 0,
        rejected: 0,
        requests: 0,
        series: [],
        waits: {},
        answers: {},
        slowest_requests: [],
        rejected_groups: [],
        streams: {},
        attributes: {},
        data_points: { received: 0, sent: 0, undelivered: 0 },
      }),
    );
    expect(said).toContain("No record in 10 min.");
    expect(said).not.toMatch(/NaN|Infinity|undefined|#over-time|#rejected/);
  });

  it("says no rates of a sync that took no time", () => {
    const [first, ...rest] = reportDocument().series;
    const short = page(reportDocument({ series: first ? [first, ...rest.slice(0, 1)] : [] }));
    expect(short).not.toContain("over-time");
    expect(page(reportDocument({ series: first ? [first, ...rest.slice(0, 2)] : [] }))).toContain(
      "#over-time",
    );
  });

  it("says which data points were not delivered, and does not call them saved", () => {
    const reading = { received: 20, sent: 5, undelivered: 10 };
    const said = page(reportDocument({ data_points: reading, attributes: { a: reading } }));
    expect(said).toContain("Not delivered <b>10</b>");
    expect(said).toContain("Saved <b>5 (25 %)</b>");
    expect(said).toMatch(/<th[^>]*>Not delivered<\/th>/);
    expect(page(reportDocument())).not.toContain("Not delivered");
  });

  it("does not say that rejected records are kept when they could not be stored", () => {
    const said = (rejected_unstored: number) => page(reportDocument({ rejected: 9, rejected_unstored }));
    expect(said(0)).toContain("All of them are kept in");
    expect(said(9)).toContain("They could not be stored in");
    expect(said(4)).toContain("Only some of them could be stored in");
    for (const unstored of [4, 9]) expect(said(unstored)).not.toContain("kept in");
  });

  it("lists only so much, and says where the rest is", () => {
    const group = reportDocument().rejected_groups[0];
    const said = page(
      reportDocument({
        rejected_groups: Array.from({ length: 60 }, (_, index) => ({
          ...group,
          message: `m${index}.`,
        })) as never,
        rejected_otherwise: 5,
        attributes: Object.fromEntries(
          Array.from({ length: 90 }, (_, i) => [`a${i}`, { received: 1, sent: 1, undelivered: 0 }]),
        ),
      }),
    );
    expect(said).toContain("35 more reasons");
    expect(said).toContain("5 rejected for other reasons.");
    expect(said).toContain("50 more attributes");
  });
});
