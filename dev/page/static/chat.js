// The bubbles of one conversation with the bot, and the request and the answer behind each.
import { VARIABLES, customerSays, failed, lastTurn, turns } from "./bot.js";
import { byId, h, prose } from "./dom.js";
import { pretty } from "./request.js";
import { LABELS, plain, tone } from "./words.js";

const HELLO = "Hello! Who are you, and is it about an existing case?";
const PARTS = { customer: "Customer", case: "Case" };
const drawn = new Map();
let shown = "";

const bubble = (who, text, more = "") => h("p", { class: `bubble from-${who}${more}`, dir: "auto" }, ...prose(text));
const step = (...children) => h("p", { class: "step" }, ...children);

function badges(answer) {
  const parts = Object.keys(PARTS).filter((part) => answer[`${part}Status`]);
  return h("div", { class: "badges" }, ...parts.map((part) => {
    const status = answer[`${part}Status`];
    return h("span", { class: `badge ${tone(status)}` }, `${PARTS[part]}: ${plain(status)}`);
  }));
}

function behind(entry) {
  const { answer } = entry;
  return h("div", { class: "meta" }, badges(answer),
    h("details", {},
      h("summary", {}, "Request and answer"),
      h("div", { class: "exchange", tabindex: 0, role: "region", "aria-label": "Request and answer" },
        h("h3", {}, `POST /api/${entry.route}`), h("pre", {}, pretty(entry.sent)),
        h("h3", {}, `${entry.status}, after ${Math.round(entry.seconds * 1000)} ms`), h("pre", {}, pretty(answer)))));
}

/** What is handed to Omnichannel, as text. */
export const handedOver = (typed) => VARIABLES.filter((name) => typed[name]).map((name) => `${LABELS[name]} ${typed[name]}`).join(", ");

function ending(turn) {
  if (turn.entry.answer.dryRun) return step("Dry run: nothing was written, and the bot says nothing.");
  if (turn.then === "closed") return step("Asked about a closed conversation: nothing was changed, and nobody is transferred.");
  if (turn.then === "end") return step("The bot ends the conversation.");
  if (turn.then !== "transfer") return null;
  if (!failed(turn.entry)) return step("Transferred to a representative.");
  const handed = handedOver(turn.handed);
  return step("Transferred to a representative.", handed && " Handed to Omnichannel: ", ...prose(handed));
}

function element(turn) {
  return h("div", { class: "turn", "data-number": turn.entry.number },
    turn.entry.outside && step("Sent from outside this page."),
    turn.customer && bubble("customer", turn.customer), ...turn.says.map((text) => bubble("bot", text)), ending(turn), behind(turn.entry));
}

/** Each turn is made once, so that what somebody has unfolded stays so. */
function made(turn) {
  const key = turn.entry.number;
  if (!drawn.has(key)) drawn.set(key, element(turn));
  return drawn.get(key);
}

/** Show what was said in a conversation. */
export function showChat(conversation) {
  const found = turns(conversation.timeline);
  const mark = `${conversation.id} ${conversation.open} ${found.map((turn) => turn.entry.number).join()}`;
  if (mark === shown) return;
  shown = mark;
  const talked = conversation.open || found.some((turn) => !turn.entry.closed);
  byId("chat").replaceChildren(talked ? bubble("bot", HELLO) : step("This conversation is closed."), ...found.map(made));
  toEnd();
}

/** Show what the customer says until the answer is there. */
export function showWaiting(conversation, typed) {
  if (!conversation.open) return;
  const last = lastTurn(conversation.timeline);
  const asked = last?.then === "ask";
  const text = customerSays(typed, asked ? last.entry.typed : {}, asked);
  byId("chat").append(bubble("customer", text), h("p", { class: "bubble from-bot waiting" }, "…"));
  shown = "";
  toEnd();
}

/** Forget what was drawn. */
export function forget() {
  drawn.clear();
  shown = "";
}

/** Show what was said last. */
export function toEnd() {
  const chat = byId("chat");
  chat.scrollTop = chat.scrollHeight;
}
