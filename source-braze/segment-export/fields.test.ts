import { availableColumns, selectionFor } from "./fields";

const all = { fields: undefined, customAttributes: undefined };

describe("the columns of the stream", () => {
  test("are all documented ones by default", () => {
    const columns = availableColumns(all);
    expect(columns).toEqual(
      expect.arrayContaining(["segment_id", "braze_id", "purchases", "custom_attributes"]),
    );
  });

  test("are those of the chosen fields, what comes along with them, and the primary key", () => {
    expect(availableColumns({ ...all, fields: ["email", "email_subscribe"] })).toEqual([
      "segment_id",
      "segment_name",
      "exported_at",
      "left_segment_at",
      "braze_id",
      "email",
      "email_subscribe",
      "email_opted_in_at",
      "email_unsubscribed_at",
    ]);
  });

  test("hold a chosen field that is not documented yet", () => {
    expect(availableColumns({ ...all, fields: ["brand_new"] })).toContain("brand_new");
  });

  test("hold custom_attributes when single ones are chosen", () => {
    const columns = availableColumns({ fields: ["email"], customAttributes: ["points"] });
    expect(columns).toContain("custom_attributes");
  });
});

describe("what Braze is asked for", () => {
  test("is what is selected, and braze_id", () => {
    expect(selectionFor(["segment_name", "email"], all)).toEqual({
      fields: ["braze_id", "email"],
      customAttributes: undefined,
    });
  });

  test("is the field with which a selected column comes along", () => {
    expect(selectionFor(["push_opted_in_at", "push_unsubscribed_at"], all).fields).toEqual([
      "braze_id",
      "push_subscribe",
    ]);
  });

  test("names the custom attributes instead of the field, for Braze would export all of them", () => {
    expect(selectionFor(["custom_attributes", "email"], { ...all, customAttributes: ["a", "b"] })).toEqual({
      fields: ["braze_id", "email"],
      customAttributes: ["a", "b"],
    });
  });

  test("leaves the custom attributes out when their column is not selected", () => {
    expect(selectionFor(["email"], { ...all, customAttributes: ["a"] })).toEqual({
      fields: ["braze_id", "email"],
      customAttributes: undefined,
    });
  });

  test("leaves out what the config does not name, whatever the catalog selects", () => {
    expect(selectionFor(["email", "phone", "unheard_of"], { ...all, fields: ["email"] }).fields).toEqual([
      "braze_id",
      "email",
    ]);
  });
});
