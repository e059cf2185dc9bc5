/** Runs in the browser: shows a connector's configuration as a form, as a host would. */
import Form, { type IChangeEvent } from "@rjsf/core";
import type { RJSFSchema, UiSchema } from "@rjsf/utils";
import validator from "@rjsf/validator-ajv8";
import { createElement } from "react";
import { createRoot } from "react-dom/client";

declare global {
  interface Window {
    connectorSchema: RJSFSchema;
    /** What was submitted, once it was. */
    submitted?: unknown;
  }
}

/** What Airbyte's own keywords ask for, in the words of this library. */
function uiOf(schema: RJSFSchema): UiSchema {
  const ui: UiSchema = {};
  if (schema.airbyte_secret === true) ui["ui:widget"] = "password";
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    if (typeof property === "object") ui[name] = uiOf(property as RJSFSchema);
  }
  for (const variant of schema.oneOf ?? []) {
    if (typeof variant === "object") Object.assign(ui, uiOf(variant as RJSFSchema));
  }
  if (typeof schema.items === "object" && !Array.isArray(schema.items))
    ui.items = uiOf(schema.items as RJSFSchema);
  return ui;
}

const schema = window.connectorSchema;
const root = document.getElementById("form");
if (!root) throw new Error("There is no place for the form");
createRoot(root).render(
  createElement(Form, {
    schema,
    uiSchema: uiOf(schema),
    validator,
    onSubmit: ({ formData }: IChangeEvent) => {
      window.submitted = formData;
    },
  }),
);
