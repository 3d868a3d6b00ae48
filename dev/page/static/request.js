// From the form to the request that a flow would post, and to what can be copied.
import { VARIABLES } from "./bot.js";

/** With this the app answers 200 whatever happens, as a flow that an agent calls needs it. */
export const QUERY = "?always=true";

const DEFAULTS = { event: "escalate", createCase: "false", overwrite: true, dryRun: false };

/** The options of the form that differ from the default. */
export function options(form) {
  const fields = form.elements;
  const now = {
    event: fields.event.value,
    createCase: fields.createCase.value,
    overwrite: fields.overwrite.checked,
    dryRun: fields.dryRun.checked,
  };
  return Object.fromEntries(Object.entries(now).filter(([name, value]) => value !== DEFAULTS[name]));
}

/**
 * The body of a link request: what was given, and what differs from the default.
 * @param {HTMLFormElement} form
 * @param {string} conversation
 */
export function linkRequest(form, conversation) {
  const given = VARIABLES.filter((name) => form.elements[name].value.trim()).map((name) => [name, form.elements[name].value]);
  return { conversationId: conversation, ...Object.fromEntries(given), ...options(form) };
}

/** Put a request's values into the form; what it does not say gets its default. */
export function fill(form, request) {
  const fields = form.elements;
  for (const name of VARIABLES) fields[name].value = request[name] ?? "";
  const wanted = { ...DEFAULTS, ...request };
  fields.event.value = wanted.event;
  fields.createCase.value = String(wanted.createCase);
  fields.overwrite.checked = wanted.overwrite;
  fields.dryRun.checked = wanted.dryRun;
}

/** A value as JSON, laid out for reading; an id has a line of its own, so that it need not be broken. */
export function pretty(value) {
  return JSON.stringify(value, null, 2).replace(/": "(?=[0-9a-f-]{36}")/g, '":\n    "');
}

/** A command line for any POSIX shell. */
export function curl(app, request, wantsKey) {
  const body = JSON.stringify(request).replaceAll("'", "'\\''");
  const key = wantsKey ? " -H 'x-functions-key: <key>'" : "";
  return `curl -s '${app}/api/link${QUERY}'${key} -H 'content-type: application/json' -d '${body}'`;
}

/** Put a text on the clipboard; false where the browser does not let us. */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
