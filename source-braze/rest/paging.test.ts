import type { LongestList } from "@braze-connectors/shared/braze/circle-guard";
import type { JsonObject } from "@braze-connectors/shared/json";
import { thrownBy } from "@braze-connectors/shared/testing/thrown";
import { objectsAt } from "./answers";
import type { Parameters } from "./endpoint";
import { linkCursor, offsets, type Paging, pageNumbers, pages, wholeAnswer } from "./paging";

/** Reads all pages of a server, with what it was asked. */
async function read(
  paging: Paging,
  answer: (asked: Parameters, number: number) => { ids: number[]; link?: string },
  longest?: LongestList,
) {
  const asked: Parameters[] = [];
  const question = {
    path: "/list",
    paging,
    longest,
    entries: objectsAt("entries"),
    ask: async (parameters: Parameters) => {
      asked.push(parameters);
      if (asked.length > 20) throw new Error("it never ends");
      const { ids, link } = answer(parameters, asked.length - 1);
      return {
        status: 200,
        headers: link === undefined ? {} : { link },
        body: { entries: ids.map((id) => ({ id })) },
      };
    },
  };
  const entries: JsonObject[] = [];
  for await (const page of pages(question)) entries.push(...page);
  return { ids: entries.map(({ id }) => id), asked };
}

const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, index) => from + index);

test("a whole answer is asked for once", async () => {
  expect(await read(wholeAnswer, () => ({ ids: [1, 2] }))).toEqual({ ids: [1, 2], asked: [{}] });
});

test.each([
  [250, 3],
  [200, 3],
  [99, 1],
  [0, 1],
])("%i entries in pages of 100 take %i requests", async (total, requests) => {
  const answer = ({ page }: Parameters) => ({
    ids: range(Number(page) * 100, Math.min((Number(page) + 1) * 100, total)),
  });
  const { ids, asked } = await read(pageNumbers(100), answer);
  expect(ids).toEqual(range(0, total));
  expect(asked).toEqual(range(0, requests).map((page) => ({ page })));
});

test("pages of unknown size end with an empty one", async () => {
  const { ids, asked } = await read(pageNumbers(), (_, number) => ({
    ids: [[1, 2, 3], [4], []][number] ?? [],
  }));
  expect(ids).toEqual([1, 2, 3, 4]);
  expect(asked).toHaveLength(3);
});

test("offsets go on where the last answer ended, and the first request has none", async () => {
  const answer = ({ offset = 0 }: Parameters) => ({
    ids: range(Number(offset), Math.min(Number(offset) + 3, 7)),
  });
  const { ids, asked } = await read(offsets(3), answer);
  expect(ids).toEqual(range(0, 7));
  expect(asked).toEqual([{ limit: 3 }, { limit: 3, offset: 3 }, { limit: 3, offset: 6 }]);
});

test.each([
  ["absolute", (cursor: string) => `<https://elsewhere.example.com/list?cursor=${cursor}>; rel="next"`],
  ["relative", (cursor: string) => `</list?cursor=${cursor}>; rel="next",</list?cursor=zz>; rel="prev"`],
])("of %s links the cursor is taken, an empty page between notwithstanding", async (_, link) => {
  const { ids, asked } = await read(linkCursor, (__, number) => ({
    ids: [[1], [], [2]][number] ?? [],
    ...(number < 2 ? { link: link(`c${number}%3D`) } : {}),
  }));
  expect(ids).toEqual([1, 2]);
  expect(asked).toEqual([{}, { cursor: "c0=" }, { cursor: "c1=" }]);
});

test.each([
  [
    "cursors that come back",
    linkCursor,
    (number: number) => ({ ids: [number], link: `</l?cursor=${number % 3}>; rel="next"` }),
  ],
  [
    "a cursor that is the same again",
    linkCursor,
    (number: number) => ({ ids: [number], link: '</l?cursor=a>; rel="next"' }),
  ],
  [
    "a page that comes back under ever new cursors",
    linkCursor,
    (number: number) => ({ ids: [1, 2], link: `</l?cursor=${number}>; rel="next"` }),
  ],
  [
    "pages that come back by turns",
    pageNumbers(2),
    (number: number) => ({ ids: number % 2 === 0 ? [1, 2] : [3, 4] }),
  ],
  ["a server that ignores the page", pageNumbers(2), () => ({ ids: [1, 2] })],
  ["a server that ignores the offset", offsets(2), () => ({ ids: [1, 2] })],
])("%s are an error, not an endless loop and not an end", async (_, paging, answer) => {
  const error = await thrownBy(() => read(paging, (__, number) => answer(number)));
  expect(error.failureType).toBe("transient_error");
  expect(error.message).toContain("/list");
});

const next = (number: number) => `</list?cursor=${number}>; rel="next"`;
test.each([
  ["full pages without end", pageNumbers(1), (number: number) => ({ ids: [number] })],
  ["empty pages without end", linkCursor, (number: number) => ({ ids: [], link: next(number) })],
])("%s are an error", async (_, paging, answer) => {
  const reading = read(paging, (__, number) => answer(number), { pages: 10, emptyPages: 5 });
  const error = await thrownBy(() => reading);
  expect(error.failureType).toBe("system_error");
  expect(error.message).toMatch(
    /^The pages of \/list do not end: Braze promises another one after (10|5, .* empty)\.$/,
  );
});

test("a list may be as long as the longest, and have as many empty pages between", async () => {
  const answer = (_: Parameters, number: number) => ({
    ids: number % 5 === 0 ? [number] : [],
    ...(number < 9 ? { link: next(number) } : {}),
  });
  expect((await read(linkCursor, answer, { pages: 10, emptyPages: 5 })).ids).toEqual([0, 5]);
});

test.each([
  ["a link without a cursor", '</list?page=2>; rel="next"'],
  ["a link with an empty cursor", '</list?cursor=>; rel="next"'],
  ["a link that is no address", '<http://[>; rel="next"'],
])("%s is an error, not the end of the list", async (_, link) => {
  const error = await thrownBy(() => read(linkCursor, () => ({ ids: [1], link })));
  expect(error.failureType).toBe("system_error");
  expect(error.message).toContain("promises another page");
});
