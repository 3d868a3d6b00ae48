// What Omnichannel's own rule would have linked, beside what was linked, for the same input on the same rows.
import { h, prose } from "./dom.js";
import { failed, lastTurn } from "./bot.js";
import { plain, tone } from "./words.js";

const PARTS = ["customer", "case"];
const TITLES = { customer: "Customer", case: "Case" };
const NOT_RUN = { status: "conversation_closed", why: "the rule runs when a representative accepts" };

/** The reason that `explain` gives for one part: "customer decided: linked, the only matching contact". */
export function reason(entry, part) {
  const line = entry.explain.split("\n").find((each) => each.startsWith(`${part} decided: `));
  return line ? line.slice(line.indexOf(",") + 1).trim() : "";
}

/** What was linked before stays where nothing takes its place. */
function kept(found, entry, part) {
  const at = PARTS.indexOf(part);
  return found.id ? found : { ...found, label: entry.before[at], id: entry.beforeIds[at] };
}

function ours(entry, part) {
  const { answer } = entry;
  if (failed(entry)) return kept({ status: "failed", why: plain(answer.failure ?? answer.code) }, entry, part);
  const matched = answer[`${part}MatchedBy`];
  return { status: answer[`${part}Status`], why: reason(entry, part) || (matched && `by ${matched}`), label: entry.after[PARTS.indexOf(part)], id: answer[`${part}Id`] };
}

const theirs = (entry, part) => kept(entry.standard[part] ?? NOT_RUN, entry, part);

function cell(found) {
  const status = plain(found.status);
  return h("td", {},
    h("span", { class: "result" }, found.label ? h("b", { class: "whole" }, found.label) : h("span", { class: "quiet" }, "Nothing"),
      h("span", { class: `badge ${tone(found.status)}` }, status)),
    found.why && h("span", { class: "why" }, ...prose(found.why)));
}

/** One sentence that says where the two differ, whichever way. */
function verdict({ entry, first, then }) {
  const differs = PARTS.filter((part) => (ours(entry, part).id ?? "") !== (theirs(entry, part).id ?? ""));
  if (!differs.length && then === "ask") return "Both come to the same so far, but the bot asks.";
  if (!differs.length) return first === entry ? "Both come to the same." : "Both come to the same, because the bot asked.";
  const only = (one, other) => differs.filter((part) => one(entry, part).id && !other(entry, part).id);
  const both = differs.filter((part) => ours(entry, part).id && theirs(entry, part).id);
  const names = (parts) => parts.map((part) => `the ${part}`).join(" and ");
  if (failed(entry)) return `What was typed is handed over, so the standard rule can still find ${names(only(theirs, ours))}.`;
  return [
    only(ours, theirs).length && `Only Conversation Linker has ${names(only(ours, theirs))}.`,
    only(theirs, ours).length && `Only the standard rule has ${names(only(theirs, ours))}.`,
    both.length && `They differ in ${names(both)}.`,
  ].filter(Boolean).join(" ");
}

/** The card for the last request of a conversation. */
export function compare(conversation) {
  const turn = lastTurn(conversation.timeline);
  if (!turn) return [h("p", { class: "empty" }, "Choose a story and send it: then you see what Omnichannel's standard rule would have linked for the same input, beside what is linked.")];
  const { entry } = turn;
  const head = (title, when) => h("th", { scope: "col" }, title, h("span", { class: "quiet" }, when));
  return [
    h("table", { class: "compare" },
      h("thead", {}, h("tr", {}, h("td", {}), head("Omnichannel's own rule", "when a representative accepts"), head("Conversation Linker", "while the bot talks"))),
      h("tbody", {}, ...PARTS.map((part) => h("tr", {}, h("th", { scope: "row" }, TITLES[part]), cell(theirs(entry, part)), cell(ours(entry, part)))))),
    h("p", { class: "verdict" }, verdict(turn)),
  ];
}
