import fc from "fast-check";
import { withoutValues } from "./reason-text";

describe("withoutValues", () => {
  it("leaves no value behind that stands by itself, whatever it is", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", minLength: 3, maxLength: 100 }), (value) => {
        fc.pre(value !== "name" && !"The  is wrong.".includes(value));
        const text = withoutValues(`The "${value}" is wrong.`, { name: { deep: [value] } });
        expect(text).toBe('The "…" is wrong.');
      }),
    );
  });

  it("knows the values of large records, too", () => {
    const many = Object.fromEntries(
      Array.from({ length: 5000 }, (_, index) => [`c${index}`, `v-${index}-v`]),
    );
    expect(withoutValues("v-7-v and v-4999-v", many)).toBe("… and …");
  });
});
