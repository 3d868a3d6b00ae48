// What Omnichannel's customer summary shows of one conversation.
import { bdi, byId, h } from "./dom.js";
import { trail } from "./trail.js";
import { handle, initials } from "./words.js";

function facts(pairs) {
  const given = pairs.filter(([, value]) => value);
  return h("dl", { class: "facts" }, ...given.flatMap(([name, value]) => [h("dt", {}, name), h("dd", {}, bdi(value))]));
}

function customerCard(customer) {
  if (!customer) return [h("p", { class: "empty" }, "Nobody is linked. The representative would have to ask.")];
  return [
    h("p", { class: "lead" }, bdi(customer.name), h("span", { class: "badge" }, customer.type === "account" ? "Company" : "Person"),
      !customer.active && h("span", { class: "badge warn" }, "Inactive")),
    facts([["E-mail", customer.email], ["Phone", customer.phone], ["Company", customer.company || "–"]]),
  ];
}

const stateBadge = (each) => h("span", { class: each.active ? "badge info" : "badge" }, each.state);

function caseCard(found) {
  if (!found) return [h("p", { class: "empty" }, "No case is linked.")];
  return [
    h("p", { class: "lead" }, bdi(found.title), stateBadge(found)),
    facts([["Number", found.number], ["Priority", found.priority]]),
  ];
}

function recentCard(conversation) {
  if (!conversation.recentCases.length) {
    return [h("p", { class: "empty" }, conversation.customer ? "This customer has no cases." : "Shown once a customer is linked.")];
  }
  return [h("ul", { class: "rows" }, ...conversation.recentCases.map((each) =>
    h("li", {}, h("span", { class: "grow" }, bdi(each.title), h("code", {}, each.number)), stateBadge(each))))];
}

/** How a line of the summary is set: what the customer typed has a caption, links stand back. */
function lineClass(line) {
  if (/^Open (customer|case): http/.test(line)) return "link";
  return line.startsWith("Typed by the customer") ? "caption" : "";
}

function summaryCard(conversation) {
  if (!conversation.summary) return [h("p", { class: "empty" }, "Comes with the bot's answer.")];
  const lines = conversation.summary.split("\n").map((line) => h("p", { class: lineClass(line), dir: "auto" }, line));
  return [h("div", { class: "summary" }, ...lines)];
}

function head(conversation) {
  const name = conversation.customer?.name ?? "";
  return h("div", { class: "detail-head" },
    h("div", { class: "avatar", "aria-hidden": "true" }, name ? initials(name) : "?"),
    h("div", { class: "grow" },
      h("h2", { id: "detail-title" }, name ? bdi(name) : "Unknown visitor"),
      h("p", { class: "quiet" }, [conversation.channel, handle(conversation.id)].filter(Boolean).join(" · "),
        conversation.subject && " · in the demo data: ", conversation.subject && bdi(conversation.subject))),
    h("span", { class: `badge ${conversation.open ? "good" : ""}` }, conversation.state));
}

const CARDS = [
  ["summary", "Escalation summary", summaryCard, (each) => each],
  ["customer", "Customer", customerCard, (each) => each.customer],
  ["case", "Case", caseCard, (each) => each.case],
  ["recent", "Recent cases", recentCard, (each) => each],
];

function unfolded() {
  return new Set([...byId("detail").querySelectorAll(".trail li:has(details[open])")].map((each) => each.dataset.number));
}

/**
 * Show a conversation. `changed` names the cards that are marked as new.
 * @param {object} conversation
 * @param {Set<string>} changed
 */
export function show(conversation, changed) {
  const opened = unfolded();
  const focused = focusedNumber();
  const [summary, ...left] = CARDS.map(([key, title, body, of]) =>
    h("section", { class: `card${changed.has(key) ? " changed" : ""}`, id: `card-${key}`, "aria-labelledby": `card-${key}-title` },
      h("h3", { id: `card-${key}-title` }, title), ...body(of(conversation))));
  const past = h("section", { class: "card full", id: "card-trail", "aria-labelledby": "card-trail-title" },
    h("h3", { id: "card-trail-title" }, "Trail"), trail(conversation.trail, opened));
  byId("detail").replaceChildren(head(conversation), h("div", { class: "cards" }, h("div", { class: "column" }, ...left), summary, past));
  if (focused) byId("detail").querySelector(`li[data-number="${focused}"] summary`)?.focus({ preventScroll: true });
}

/** The entry whose fold has the focus, so that drawing anew does not take it away. */
function focusedNumber() {
  const number = document.activeElement?.closest?.(".trail li")?.dataset.number;
  return number && /^\d+$/.test(number) ? number : "";
}
