// The bubbles of one conversation with the bot, and what was asked and answered behind each.
import { bdi, byId, h } from "./dom.js";
import { VARIABLES, pretty } from "./request.js";
import { plain, tone } from "./words.js";

const talks = new Map();

/** What has been said in a conversation: bubbles, and the last values that the customer gave. */
function talk(id) {
  if (!talks.has(id)) {
    const hello = h("p", { class: "bubble from-bot" }, "Hello! Who are you, and is it about an existing case?");
    talks.set(id, { turns: [hello], said: {} });
  }
  return talks.get(id);
}

/** Show what was said in a conversation. */
export function showTalk(id) {
  byId("chat").replaceChildren(...talk(id).turns);
  toEnd();
}

/** Forget every conversation. */
export function forget() {
  talks.clear();
}

function toEnd() {
  const chat = byId("chat");
  chat.scrollTop = chat.scrollHeight;
}

const SAYS = { Name: "My name is", Email: "My e-mail address is", Phone: "My phone number is", CaseNumber: "My case number is" };

function words(request, said) {
  const fresh = VARIABLES.filter((name) => request[name] && request[name] !== said[name]);
  if (fresh.length === 1 && Object.keys(said).length) return request[fresh[0]];
  const given = fresh.length ? fresh : VARIABLES.filter((name) => request[name]);
  return given.map((name) => `${SAYS[name]} ${request[name]}.`).join("\n") || "I would like to talk to somebody.";
}

/** Say what the customer says; returns the turn that waits for its answer. */
export function say(id, route, request) {
  const here = talk(id);
  const text = route === "unlink" ? "Please forget who I am." : words(request, here.said);
  here.said = route === "unlink" ? {} : Object.fromEntries(VARIABLES.filter((name) => request[name]).map((name) => [name, request[name]]));
  const reply = h("p", { class: "bubble from-bot waiting" }, "…");
  const turn = h("div", { class: "turn" }, h("p", { class: "bubble from-customer", dir: "auto" }, text), reply);
  here.turns.push(turn);
  if (byId("chat").firstElementChild === here.turns[0]) byId("chat").append(turn);
  toEnd();
  return turn;
}

function parsed(text) {
  try {
    const found = JSON.parse(text);
    return found && typeof found === "object" ? found : {};
  } catch {
    return {};
  }
}

/** What the bot says next. `nextQuestion` is said word for word. */
function bubble(route, exchange, answer) {
  if (exchange.status !== 200) return answer.detail ?? `The request failed (${exchange.status}).`;
  if (route === "unlink") return answer.message;
  if (answer.nextQuestion) return answer.nextQuestion;
  if (answer.dryRun) return "This was a dry run, so nothing was written.";
  const opened = answer.caseStatus === "created" ? `I have opened case ${answer.caseNumber} for you. ` : "";
  return opened + (answer.event === "end" ? "Thank you, and goodbye." : "Thank you. I am connecting you with a representative.");
}

function badges(answer) {
  const parts = ["customer", "case"].filter((part) => answer[`${part}Status`]);
  return h("div", { class: "badges" }, ...parts.map((part) => {
    const status = answer[`${part}Status`];
    return h("span", { class: `badge ${tone(status)}` }, `${part} ${plain(status)}`);
  }));
}

function behind(route, request, exchange, answer) {
  const word = exchange.status === 200 ? plain(answer.status) : plain(answer.code);
  return h("div", { class: "meta" }, badges(answer),
    h("details", {},
      h("summary", {}, `Request and answer: ${exchange.status} ${word}, ${exchange.milliseconds} ms`),
      h("div", { class: "exchange", tabindex: 0, role: "region", "aria-label": "Request and answer" },
        h("h3", {}, `POST /api/${route}`), h("pre", {}, JSON.stringify(request, null, 2)),
        h("h3", {}, `${exchange.status}`), h("pre", {}, pretty(exchange.text)))));
}

/** Answer in a turn; returns the field that the bot asks for, if it asks for one. */
export function answerIn(turn, route, request, exchange) {
  const answer = parsed(exchange.text);
  const failed = exchange.status !== 200 ? " bad" : "";
  turn.lastElementChild.replaceWith(h("p", { class: `bubble from-bot${failed}` }, bdi(bubble(route, exchange, answer))));
  turn.append(behind(route, request, exchange, answer));
  toEnd();
  return answer.nextField ?? "";
}
