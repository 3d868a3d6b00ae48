// Statuses and levels of the contract in words, and their tone.

const TONES = {
  linked: "good", already_linked: "good", created: "good", unlinked: "good",
  would_link: "info", would_create: "info",
  partial: "warn", not_linked: "warn", kept_existing: "warn", ambiguous: "warn", customer_needed: "warn",
  not_found: "bad", customer_mismatch: "bad", conversation_closed: "bad", failed: "bad",
};

/** good, info, warn, bad, or nothing. */
export const tone = (status) => TONES[status] ?? "";

/** `already_linked` as people write it. */
export const plain = (status) => String(status ?? "").replaceAll("_", " ");

const LEVELS = {
  verified: { words: "Signed in as this customer", tone: "good" },
  channel: { words: "Writes from this customer's number", tone: "info" },
  claimed: { words: "Only typed, not verified", tone: "warn" },
};

/** What the representative may make of the customer's identity; nothing where no answer says it. */
export const level = (name) => LEVELS[name];

/** The two letters that stand for a name. */
export function initials(name) {
  const words = name.trim().split(/\s+/).filter(Boolean);
  const letters = words.length > 1 ? [words[0], words.at(-1)] : words;
  return letters.map((word) => [...word][0]).join("").toUpperCase() || "?";
}

/** The end of an id, enough to tell one conversation from another. */
export const handle = (id) => `#${id.slice(-4)}`;
