import { RequestWindows } from "./request-windows";

test("a window admits as many requests as the limit, the next one starts anew", () => {
  const windows = new RequestWindows(2);
  expect([3000, 4000, 5999, 6000].map((nowMs) => windows.admit(nowMs))).toEqual([true, true, false, true]);
  expect(windows).toMatchObject({ counts: [2, 1], refused: 1 });
});

test("without a limit everything is admitted", () => {
  const windows = new RequestWindows(undefined);
  expect(Array.from({ length: 5000 }, () => windows.admit(0)).every(Boolean)).toBe(true);
});

test("headers tell what is left of the window and when it ends, as Braze's do", () => {
  const windows = new RequestWindows(2);
  windows.admit(4000);
  expect(windows.headers).toEqual({
    "x-ratelimit-limit": "2",
    "x-ratelimit-remaining": "1",
    "x-ratelimit-reset": "6",
  });
  expect(new RequestWindows(undefined).headers).toEqual({});
});
