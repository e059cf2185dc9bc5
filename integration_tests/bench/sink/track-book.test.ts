import { TrackBook } from "./track-book";

const request = (...ids: string[]): string =>
  JSON.stringify({ attributes: ids.map((external_id) => ({ external_id, points: 1 })) });

test("good requests are counted", () => {
  const book = new TrackBook(2);
  book.answered(book.received(request("a", "b")));
  book.answered(book.received(request("a")));
  expect(book).toMatchObject({ requests: 2, objects: 3, violations: [] });
});

test("an identity in two requests at a time is noticed", () => {
  const book = new TrackBook(2);
  book.received(request("a", "b"));
  book.received(request("b"));
  expect(book.violations).toEqual(['"b" is in flight twice.']);
});

test("an identity twice in a request is noticed", () => {
  const book = new TrackBook(2);
  book.received(request("a", "a"));
  expect(book.violations).toEqual(['"a" is in flight twice.']);
});

test("a request with too many objects is noticed", () => {
  const book = new TrackBook(2);
  book.received(request("a", "b", "c"));
  expect(book.violations).toEqual(["A request has 3 objects; 2 are allowed."]);
});

test("objects that searching does not find are noticed", () => {
  const book = new TrackBook(2);
  book.received('{"attributes":[{"external_id":"a"},{"email":"b@example.com"}]}');
  expect(book.violations).toEqual(["A request has 2 objects, 1 with an external_id."]);
});

test("what is not JSON is noticed", () => {
  const book = new TrackBook(2);
  book.received('{"attributes":[{"external_id":"a"}');
  expect(book.violations).toEqual(["A request is not JSON."]);
});
