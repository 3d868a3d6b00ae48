// From the form to the request that a flow would post, and to what can be copied.

export const VARIABLES = ["Name", "Email", "Phone", "CaseNumber"];

/**
 * The body of a link request: what was given, and what differs from the default.
 * @param {HTMLFormElement} form
 * @param {string} conversation
 */
export function linkRequest(form, conversation) {
  const fields = form.elements;
  const request = { conversationId: conversation };
  for (const name of VARIABLES) if (fields[name].value.trim()) request[name] = fields[name].value;
  if (fields.event.value !== "escalate") request.event = fields.event.value;
  if (fields.createCase.value !== "false") request.createCase = fields.createCase.value;
  if (!fields.overwrite.checked) request.overwrite = false;
  if (fields.dryRun.checked) request.dryRun = true;
  return request;
}

/** Put a request's values into the form; what it does not say gets its default. */
export function fill(form, request) {
  const fields = form.elements;
  for (const name of VARIABLES) fields[name].value = request[name] ?? "";
  fields.event.value = request.event ?? "escalate";
  fields.createCase.value = String(request.createCase ?? "false");
  fields.overwrite.checked = request.overwrite ?? true;
  fields.dryRun.checked = request.dryRun ?? false;
}

/** A text as JSON, laid out for reading; as it is where it is none. */
export function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

/** A command line for any POSIX shell. */
export function curl(app, request, wantsKey) {
  const body = JSON.stringify(request).replaceAll("'", "'\\''");
  const key = wantsKey ? " -H 'x-functions-key: <key>'" : "";
  return `curl -s ${app}/api/link${key} -H 'content-type: application/json' -d '${body}'`;
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
