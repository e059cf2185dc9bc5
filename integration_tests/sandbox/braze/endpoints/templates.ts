import type { ContentBlock, EmailTemplate } from "../content";
import { type Call, type Endpoint, failure, success } from "../endpoint";
import { parseTime } from "../track/times";
import { offsetPage } from "./offset";

const MOST = 1000;

/** docs: api/endpoints/templates/content_blocks_templates/get_list_email_content_blocks */
export const contentBlocksList: Endpoint = {
  method: "GET",
  path: "/content_blocks/list",
  permission: "content_blocks.list",
  rateGroup: "default",
  handle: ({ workspace, query }) => {
    const found = modified(workspace.content.contentBlocks, ({ last_edited }) => last_edited, query);
    if (typeof found === "string") return failure(400, found);
    const page = offsetPage(found, query, MOST);
    if (typeof page === "string") return failure(400, `Content Block ${page}`);
    const content_blocks = page.map((block) => ({
      ...listedBlock(block),
      liquid_tag: `{{content_blocks.\${${block.name}}}}`,
    }));
    return success({ count: content_blocks.length, content_blocks });
  },
};

/** docs: api/endpoints/templates/content_blocks_templates/get_see_email_content_blocks_information */
export const contentBlocksInfo: Endpoint = {
  method: "GET",
  path: "/content_blocks/info",
  permission: "content_blocks.info",
  rateGroup: "default",
  handle: (call) => {
    const block = namedBlock(call);
    if (typeof block === "string") return failure(400, block);
    const withInclusions = call.query.get("include_inclusion_data") === "true";
    return success({
      ...listedBlock(block),
      content: block.content ?? "",
      description: `Sandbox block ${block.name}`,
      ...(withInclusions ? { inclusion_data: [] } : {}),
    });
  },
};

/** docs: api/endpoints/translations/content_blocks/get_translation_content_block */
export const contentBlocksTranslations: Endpoint = {
  method: "GET",
  path: "/content_blocks/translations",
  permission: "content_blocks.translations.get",
  rateGroup: "default",
  handle: (call) => {
    const block = namedBlock(call);
    if (typeof block === "string") return failure(400, block);
    if (block.translations === undefined) {
      return {
        status: 400,
        body: { errors: [{ message: "This message does not support multi-language." }] },
      };
    }
    const translations = Object.entries(block.translations).map(([name, translation_map]) => {
      const [language = "", country = ""] = name.split("-");
      return { translation_map, locale: { uuid: `locale-${name}`, name, country, language } };
    });
    return success({ translations });
  },
};

/** docs: api/endpoints/templates/email_templates/get_list_email_templates */
export const emailTemplatesList: Endpoint = {
  method: "GET",
  path: "/templates/email/list",
  permission: "templates.email.list",
  rateGroup: "default",
  handle: ({ workspace, query }) => {
    const found = modified(workspace.content.emailTemplates, ({ updated_at }) => updated_at, query);
    if (typeof found === "string") return failure(400, found);
    const page = offsetPage(found, query, MOST);
    if (typeof page === "string") return failure(400, page);
    return success({ count: page.length, templates: page.map(listedTemplate) });
  },
};

/** docs: api/endpoints/templates/email_templates/get_see_email_template_information */
export const emailTemplatesInfo: Endpoint = {
  method: "GET",
  path: "/templates/email/info",
  permission: "templates.email.info",
  rateGroup: "default",
  handle: ({ workspace, query }) => {
    const id = query.get("email_template_id");
    const template = workspace.content.emailTemplates.find((each) => each.email_template_id === id);
    if (template === undefined) return failure(400, `Invalid Email Template ID: ${id}`);
    return success({
      ...listedTemplate(template),
      description: `Sandbox template ${template.template_name}`,
      subject: template.subject ?? "Hello",
      body: template.body ?? "<p>Hello</p>",
      plaintext_body: "Hello",
      should_inline_css: false,
    });
  },
};

const listedBlock = ({ content_block_id, name, last_edited, tags }: ContentBlock) => ({
  content_block_id,
  name,
  content_type: "html",
  inclusion_count: 0,
  created_at: last_edited,
  last_edited,
  tags: tags ?? [],
});

const listedTemplate = ({ email_template_id, template_name, updated_at, tags }: EmailTemplate) => ({
  email_template_id,
  template_name,
  created_at: updated_at,
  updated_at,
  tags: tags ?? [],
});

function namedBlock({ workspace, query }: Call): ContentBlock | string {
  const id = query.get("content_block_id");
  return (
    workspace.content.contentBlocks.find((block) => block.content_block_id === id) ??
    "Content Block ID is invalid for this workspace"
  );
}

/** "updated at or after the given time" */
function modified<T>(
  items: readonly T[],
  timeOf: (item: T) => string,
  query: URLSearchParams,
): readonly T[] | string {
  const after = query.get("modified_after");
  if (after === null) return items;
  const afterMs = parseTime(after);
  if (afterMs === undefined) return "Modified after time is invalid";
  return items.filter((item) => (parseTime(timeOf(item)) ?? 0) >= afterMs);
}
