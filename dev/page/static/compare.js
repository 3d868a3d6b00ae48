// What Omnichannel's own rule would have linked, beside what was linked, for the same input on the same rows.
import { h, prose } from "./dom.js";
import { changedSince, failed, lastTurn } from "./bot.js";
import { level, plain, readable, tone } from "./words.js";

const PARTS = ["customer", "case"];
const TITLES = { customer: "Customer", case: "Case" };
const NOT_RUN = { status: "not_run", why: "it runs when a representative accepts" };
const IN_PLACE = ["linked", "already_linked", "created"];
const SINCE = { unlink: "This was before it was unlinked.", elsewhere: "This was before the conversation was changed elsewhere." };

/**
 * The reason that `explain` gives for one part: "customer decided: linked, the only matching contact"; nothing where
 * the status says it already.
 */
export function reason(entry, part) {
  const line = entry.explain.split("\n").find((each) => each.startsWith(`${part} decided: `));
  const why = line ? readable(line.slice(line.indexOf(",") + 1).trim()) : "";
  return plain(entry.answer[`${part}Status`]).includes(why) ? "" : why;
}

// Either side of a part: `id` and `label` of what the conversation holds afterwards, `status` and `why` of what was
// asked; `stays` where these are about different things, because what is there is not what was asked for.

function ours(entry, part) {
  const { answer } = entry;
  const at = PARTS.indexOf(part);
  const holds = { id: entry.afterIds[at], label: entry.after[at] };
  if (failed(entry)) return { ...holds, stays: Boolean(holds.id), status: "failed", why: plain(answer.failure ?? answer.code) };
  const status = answer[`${part}Status`];
  return { ...holds, stays: Boolean(holds.id) && !IN_PLACE.includes(status), status, why: reason(entry, part) };
}

function theirs({ entry, then }, part) {
  const at = PARTS.indexOf(part);
  const before = { id: entry.beforeIds[at], label: entry.before[at] };
  const found = (then !== "end" && entry.standard[part]) || NOT_RUN;
  if (!found.id) return { ...found, ...before, stays: Boolean(before.id) };
  return found.id === before.id ? { ...found, status: "already_linked" } : found;
}

function cell(found) {
  const why = found.why && h("span", { class: "why" }, ...prose(found.why));
  if (found.stays) {
    return h("td", {}, h("span", { class: "result" }, h("span", { class: "quiet" }, "Stays: "), h("b", { class: "whole" }, found.label)),
      h("span", { class: "why" }, found.status !== "not_run" && "This request: ", plain(found.status)), why);
  }
  return h("td", {},
    h("span", { class: "result" }, found.label ? h("b", { class: "whole" }, found.label) : h("span", { class: "quiet" }, "Nothing"),
      h("span", { class: `badge ${tone(found.status)}` }, plain(found.status))),
    why);
}

const list = (words) => words.join(" and ");
const parts = (rows) => list(rows.map(({ part }) => `the ${part}`));

function handedOver(entry) {
  const rows = PARTS.filter((part) => entry.standard[part]?.id).map((part) => ({ part }));
  if (!Object.keys(entry.typed).length) return "Nothing could be looked up, and nothing was typed that could be handed over.";
  return rows.length
    ? `What was typed is handed over, so Omnichannel's own rule can still find ${parts(rows)}.`
    : "What was typed is handed over, but Omnichannel's own rule finds nothing by it either.";
}

/** Whether the rule has found something because the bot asked: by what was typed at first, it would not have. */
const askingHelped = ({ entry, first }) => PARTS.some((part) => entry.standard[part]?.id && entry.standard[part].id !== first.standard[part]?.id);

function same(turn, rows) {
  const asked = turn.first !== turn.entry;
  if (turn.then === "ask") return "Both give the same so far, but the bot asks.";
  if (!rows.some((row) => row.ours.id)) return asked ? "Neither links anything, although the bot asked." : "Neither links anything.";
  const why = asked && askingHelped(turn) ? ", because the bot asked" : "";
  const known = level(turn.entry.answer.identityLevel, turn.entry.answer.customerMatchedBy);
  return `Both give the same result${why}.${known ? ` The representative also reads: ${known.words}.` : ""}`;
}

function different(turn, rows) {
  const [gone, only, rule] = [
    rows.filter((row) => !row.ours.id && row.theirs.stays), rows.filter((row) => !row.theirs.id), rows.filter((row) => !row.ours.id && !row.theirs.stays),
  ];
  const both = rows.filter((row) => row.ours.id && row.theirs.id);
  const [kept, others] = [both.filter((row) => row.ours.id === row.before), both.filter((row) => row.ours.id !== row.before)];
  const labels = (side) => list(kept.map((row) => row[side].label));
  return [
    only.length && `Only Conversation Linker has ${parts(only)}.`,
    rule.length && `Only Omnichannel's own rule has ${parts(rule)}.`,
    gone.length && `Conversation Linker takes ${parts(gone)} of somebody else away; Omnichannel's own rule leaves it.`,
    kept.length && `Conversation Linker keeps ${labels("ours")}; Omnichannel's own rule would put ${labels("theirs")} in their place.`,
    others.length && `They differ in ${parts(others)}.`,
    turn.then === "ask" && "The bot is still asking.",
  ].filter(Boolean).join(" ");
}

/** One sentence that says where the two differ, whichever way; `tone` where it is a warning. */
function verdict(turn, rows) {
  const { entry, then } = turn;
  const customer = rows.find((row) => row.part === "customer").ours;
  if (entry.closed) return { words: "The conversation is closed, so neither changes anything." };
  if (failed(entry)) return { words: handedOver(entry) };
  if (then === "end") return { words: "The bot ends the conversation: no representative accepts it, so Omnichannel's own rule does not run." };
  if (entry.signed_in && customer.id && !customer.stays && customer.id !== entry.signed_in) {
    return { words: `Careful: the visitor signed in as somebody other than ${customer.label}, whose data was only typed. The representative sees both.`, tone: "warn" };
  }
  const differing = rows.filter((row) => row.ours.id !== row.theirs.id);
  return { words: differing.length ? different(turn, differing) : same(turn, rows) };
}

/** The card for the last request of a conversation. */
export function compare(conversation) {
  const turn = lastTurn(conversation.timeline);
  if (!turn) return [h("p", { class: "empty" }, "Choose a story and send it: then you see what Omnichannel's own rule would have linked for the same input, beside what is linked.")];
  const rows = PARTS.map((part, at) => ({ part, before: turn.entry.beforeIds[at], ours: ours(turn.entry, part), theirs: theirs(turn, part) }));
  const since = changedSince(conversation.timeline, turn);
  const says = since ? { words: SINCE[since.route], tone: "warn" } : verdict(turn, rows);
  const head = (title, when) => h("th", { scope: "col" }, title, h("span", { class: "quiet" }, when));
  return [
    h("table", { class: "compare" },
      h("thead", {}, h("tr", {}, h("td", {}), head("Omnichannel's own rule", "when a representative accepts"), head("Conversation Linker", "while the bot talks"))),
      h("tbody", {}, ...rows.map((row) => h("tr", {}, h("th", { scope: "row" }, TITLES[row.part]), cell(row.theirs), cell(row.ours))))),
    h("p", { class: `verdict ${says.tone ?? ""}` }, says.words),
  ];
}
