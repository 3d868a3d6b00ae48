// The active conversation as the representative sees it: customer, case, summary, and what happened.
import { changedSince, failed, lastTurn } from "./bot.js";
import { handedOver } from "./chat.js";
import { compare } from "./compare.js";
import { bdi, byId, h, prose } from "./dom.js";
import { timeline } from "./timeline.js";
import { handle, initials, level } from "./words.js";

function facts(pairs) {
  const given = pairs.filter(([, value]) => value);
  return h("dl", { class: "facts" }, ...given.flatMap(([name, value]) => [h("dt", {}, name), h("dd", { title: value }, bdi(value))]));
}

const badge = (text, colour = "") => h("span", { class: `badge ${colour}` }, text);

function identity({ customer, identityLevel, matchedBy, timeline: entries }) {
  const found = level(identityLevel, matchedBy);
  const visitor = entries.find((entry) => entry.signed_in)?.signed_in;
  return found && h("p", { class: "identity" }, badge(found.words, found.tone),
    visitor && visitor !== customer.id && badge("The visitor signed in as somebody else", "warn"));
}

function customerCard(conversation) {
  const { customer } = conversation;
  if (!customer) return [h("p", { class: "empty" }, "Nobody is linked. The representative would have to ask.")];
  return [
    h("p", { class: "lead" }, bdi(customer.name), badge(customer.type === "account" ? "Company" : "Person"),
      !customer.active && badge("Inactive", "warn")),
    identity(conversation),
    facts([["E-mail", customer.email], ["Phone", customer.phone], ["Company", customer.type === "contact" && customer.company]]),
  ];
}

const stateBadge = (each) => badge(each.state, each.active ? "info" : "");

function caseCard(conversation) {
  const found = conversation.case;
  if (!found) return [h("p", { class: "empty" }, "No case is linked.")];
  return [
    h("p", { class: "lead" }, bdi(found.title), stateBadge(found)),
    facts([["Number", found.number]]),
  ];
}

function recentCard({ recentCases }) {
  if (!recentCases.length) return [h("p", { class: "empty" }, "This customer has no cases.")];
  return [h("ul", { class: "rows" }, ...recentCases.map((each) =>
    h("li", {}, h("span", { class: "grow" }, bdi(each.title), h("code", { class: "whole" }, each.number)), stateBadge(each))))];
}

/** A line of the summary: what the customer typed has a caption, and addresses are links. */
function summaryLine(line) {
  const [, words, address] = /^(Open (?:customer|case|conversation)): (https?:\/\/\S+)$/.exec(line) ?? [];
  if (address) return h("p", { class: "link" }, h("a", { href: address, target: "_blank", rel: "noopener" }, words));
  return h("p", { class: line.startsWith("Typed by the customer") ? "caption" : "", dir: "auto" }, ...prose(line));
}

/** What the topics say where the app could not look: the words of the samples, and what was typed. */
function fallback(turn) {
  const handed = handedOver(turn.handed);
  return [
    h("p", {}, "The customer asked for a person."),
    handed && h("p", { class: "caption" }, "Handed to Omnichannel, not verified:"),
    handed && h("p", { dir: "auto" }, ...prose(handed)),
  ];
}

function nothingYet(conversation, since) {
  if (since) return "It was unlinked since, so what the bot handed over no longer holds.";
  return conversation.open ? "Comes when the bot transfers." : "Nothing was handed over before it was closed.";
}

function summaryCard(conversation) {
  const turn = lastTurn(conversation.timeline);
  if (turn?.then === "transfer" && failed(turn.entry)) return [h("div", { class: "summary" }, ...fallback(turn).filter(Boolean))];
  const since = turn && changedSince(conversation.timeline, turn);
  if (!conversation.summary) return [h("p", { class: "empty" }, nothingYet(conversation, since))];
  const words = turn?.then === "ask" ? "The bot is still asking; this comes with the transfer." : since && "As it was then; the conversation was changed since.";
  return [h("div", { class: "summary" }, ...[words && h("p", { class: "quiet" }, words), ...conversation.summary.split("\n").map(summaryLine)].filter(Boolean))];
}

function head(conversation, unlink) {
  const name = conversation.customer?.name ?? "";
  const button = h("button", { type: "button", class: "button", id: "unlink" }, "Unlink");
  button.addEventListener("click", unlink);
  return h("div", { class: "detail-head" },
    h("div", { class: "avatar", "aria-hidden": "true" }, name ? initials(name) : "?"),
    h("div", { class: "grow" },
      h("h2", { id: "detail-title" }, name ? bdi(name) : "Unknown visitor"),
      h("p", { class: "quiet" }, [conversation.channel, handle(conversation.id), conversation.state].filter(Boolean).join(" · "))),
    conversation.open && (conversation.customer || conversation.case) && button);
}

const COLUMNS = [
  [["customer", "Customer", customerCard], ["case", "Case", caseCard]],
  [["summary", "Escalation summary", summaryCard]],
];

function card(key, title, body, changed, more = "") {
  const marked = changed.has(key) ? " changed" : "";
  return h("section", { class: `card${more}${marked}`, id: `card-${key}`, "aria-labelledby": `card-${key}-title` },
    h("h3", { id: `card-${key}-title` }, title), ...body);
}

function unfolded() {
  return new Set([...byId("detail").querySelectorAll(".timeline li:has(details[open])")].map((each) => each.dataset.number));
}

/** What has the focus, so that drawing anew does not take it away. */
function focused() {
  const active = document.activeElement;
  if (active?.id === "unlink") return "#unlink";
  const number = active?.closest?.(".timeline li")?.dataset.number;
  return number && /^\d+$/.test(number) ? `li[data-number="${number}"] summary` : "";
}

/**
 * Show a conversation. `changed` names the cards that are marked as new; `unlink` is called for the button.
 * @param {object} conversation
 * @param {Set<string>} changed
 * @param {() => void} unlink
 */
export function show(conversation, changed, unlink) {
  const [opened, focus] = [unfolded(), focused()];
  const columns = COLUMNS.map((cards) => h("div", { class: "column" }, ...cards.map(([key, title, body]) => card(key, title, body(conversation), changed))));
  byId("detail").replaceChildren(head(conversation, unlink), h("div", { class: "cards" }, ...columns,
    card("compare", "The same input, two ways", compare(conversation), changed, " full"),
    conversation.customer ? card("recent", "Recent cases", recentCard(conversation), changed, " full") : "",
    card("timeline", "Timeline", [timeline(conversation.timeline, opened)], changed, " full")));
  if (focus) byId("detail").querySelector(focus)?.focus({ preventScroll: true });
}
