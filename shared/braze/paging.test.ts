import { nextLink } from "./paging";

describe("nextLink", () => {
  test.each([
    [
      "as Braze documents it",
      '</events?cursor=c2tpcDow>; rel="prev", </events?cursor=c2tpcDoxMDA=>; rel="next"',
      "/events?cursor=c2tpcDoxMDA=",
    ],
    ["absolute", '<https://rest.iad-01.braze.com/events?cursor=a>; rel="next"', "/events?cursor=a"],
    ["to another host", '<https://evil.example.com/events?cursor=a>; rel="next"', "/events?cursor=a"],
    ["without quotes and spaces", "</events?cursor=a>;rel=next", "/events?cursor=a"],
    [
      "with other parameters, and commas in them",
      '</a>; title="one, two; rel=\\"next"; rel=prev, </b?x=1,2>; title="b"; rel="last next"',
      "/b?x=1,2",
    ],
    ["in capitals", '</events?cursor=a>; REL="Next"', "/events?cursor=a"],
  ])("finds the next page: %s", (_, link, expected) => {
    expect(nextLink({ link })).toBe(expected);
  });

  test("several headers count like one", () => {
    expect(nextLink({ link: ['</a>; rel="prev"', '</b>; rel="next"'] })).toBe("/b");
  });

  test.each([
    ["no header", undefined],
    ["only the page before", '</events?cursor=a>; rel="prev"'],
    ["a relation that only begins so", '</events?cursor=a>; rel="nextish"'],
    ["no relation", "</events?cursor=a>"],
    ["not a link", "next"],
  ])("%s means: the last page", (_, link) => {
    expect(nextLink({ link })).toBeUndefined();
  });
});
