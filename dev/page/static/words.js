// Statuses, reasons and levels of the contract in words that people use, and their tone.

const STATUSES = {
  linked: ["linked", "good"], already_linked: ["linked already", "good"], created: ["opened", "good"], unlinked: ["unlinked", "good"],
  would_link: ["would be linked", "info"], would_create: ["would be opened", "info"],
  partial: ["linked in part", "warn"], not_linked: ["not linked", "warn"], kept_existing: ["the one before is kept", "warn"],
  ambiguous: ["several match", "warn"], customer_needed: ["needs a customer first", "warn"],
  not_found: ["not found", "bad"], customer_mismatch: ["belongs to somebody else", "bad"],
  conversation_closed: ["not changed, the conversation is closed", "bad"], failed: ["could not be looked up", "bad"],
  not_given: ["nothing given", ""], not_requested: ["not asked for", ""], not_run: ["does not run", ""],
  no_conversation_id: ["no conversation was named", "bad"], bad_conversation_id: ["no valid conversation", "bad"],
  bad_input: ["the request was not understood", "bad"], conversation_not_found: ["there is no such conversation", "bad"],
  dataverse_refused: ["Dataverse refuses", "bad"], dataverse_unavailable: ["Dataverse does not answer", "bad"],
  misconfigured: ["a setting is wrong", "bad"], internal: ["a mistake in the app", "bad"], app_unreachable: ["the app does not answer", "bad"],
};

/** good, info, warn, bad, or nothing. */
export const tone = (status) => STATUSES[status]?.[1] ?? "";

/** `already_linked` as people say it. */
export const plain = (status) => STATUSES[status]?.[0] ?? String(status ?? "").replaceAll("_", " ");

/** The variables as people call them. */
export const LABELS = { Name: "Name", Email: "E-mail", Phone: "Phone", CaseNumber: "Case number" };

const REASONS = [
  [/ is on the conversation and overwrite is false/, " is linked, and what is typed may not replace it"],
  [/ \((?:LINK_POLICY|SUFFICIENT_ALONE)\)/, ""],
  [/left out by entities/, "not asked for"],
  [/ and LINK_ONLY_ACTIVE_CASE is off/, ""],
  [/\bEmail\b/g, "e-mail"], [/\bPhone\b/g, "phone"], [/\bName\b/g, "name"], [/\bCaseNumber\b/g, "case number"],
  [/by customer\b/, "of this customer"], [/by record\b/, "as the platform knew it"],
];

/** A reason of the app without the names of its fields and settings. */
export const readable = (reason) => REASONS.reduce((text, [pattern, words]) => text.replace(pattern, words), reason);

const LEVELS = {
  verified: { words: "Signed in as this customer", tone: "good" },
  channel: { words: "Writes from this customer's number", tone: "info" },
  claimed: { words: "Only typed, not verified", tone: "warn" },
};
const UNTYPED = {
  "": "Linked before this call, not verified",
  conversation: "Linked before this call, not verified",
  record: "Known to the platform, not verified",
};

/** What the representative may make of the customer's identity; nothing where no answer says it. */
export function level(name, matchedBy) {
  const found = LEVELS[name];
  return name === "claimed" && UNTYPED[matchedBy] ? { ...found, words: UNTYPED[matchedBy] } : found;
}

/** The two letters that stand for a name. */
export function initials(name) {
  const words = name.trim().split(/\s+/).filter(Boolean);
  const letters = words.length > 1 ? [words[0], words.at(-1)] : words;
  return letters.map((word) => [...word][0]).join("").toUpperCase() || "?";
}

/** The end of an id, enough to tell one conversation from another. */
export const handle = (id) => `#${id.slice(-4)}`;
