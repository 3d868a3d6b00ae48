// The bot's form: fill it from the demo data, see the request, copy it, send it.
import { VARIABLES, lastTurn } from "./bot.js";
import { showChat, showWaiting, toEnd } from "./chat.js";
import { onSelect, onUnlink, select, selectedConversation, selectedId } from "./conversations.js";
import { announce, byId, h, setText } from "./dom.js";
import { QUERY, copy, curl, fill, linkRequest, options, pretty } from "./request.js";
import { ask, refresh, state } from "./server.js";

const form = byId("form");
let choices = new Map();
let drawn = "";
let busy = false;

const request = () => linkRequest(form, selectedId());

function preview() {
  setText(byId("endpoint"), `${state()?.app ?? ""}/api/link${QUERY}`);
  setText(byId("preview-text"), pretty(request()));
  const set = Object.keys(options(form));
  setText(byId("options-set"), set.length ? `: ${set.join(", ")}` : "");
}

function option(value, text, choice) {
  choices.set(value, choice);
  return h("option", { value }, text);
}

/** Offer the stories, the people and the companies of the state. */
export function offer(found) {
  const text = JSON.stringify([found.stories, found.people]);
  if (text === drawn) return preview();
  drawn = text;
  choices = new Map();
  const group = (label, options) => h("optgroup", { label }, ...options);
  const person = (each) => option(each.id, each.company && each.type === "contact" ? `${each.name} (${each.company})` : each.name, {
    note: [each.note, each.cases.length ? `Active: ${each.cases.join(", ")}.` : ""].filter(Boolean).join(" "),
    sent: { Name: each.name, Email: each.email, Phone: each.phone },
  });
  const pick = byId("pick");
  pick.replaceChildren(pick.options[0],
    group("Stories", found.stories.map((each, index) => option(`story-${index}`, each.title, { ...each, note: each.look }))),
    group("People", found.people.filter((each) => each.type === "contact").map(person)),
    group("Companies", found.people.filter((each) => each.type === "account").map(person)));
  pick.value = "";
  byId("pick-note").hidden = true;
  preview();
}

function picked() {
  const choice = choices.get(byId("pick").value);
  byId("pick-note").hidden = !choice?.note;
  setText(byId("pick-note"), choice?.note ?? "");
  if (!choice) return;
  fill(form, choice.sent);
  mark("");
  if (choice.conversation) select(choice.conversation);
  preview();
}

/** Mark the field that the bot asks for, and go there. */
function mark(field) {
  for (const name of VARIABLES) form.elements[name].classList.toggle("asked", name === field);
  if (VARIABLES.includes(field)) form.elements[field].focus({ preventScroll: false });
}

function setBusy(value) {
  busy = value;
  byId("send").setAttribute("aria-disabled", String(value));
}

/** Post while the buttons rest. What came of it is on the timeline of the state; without an answer the page says so. */
async function post(target, body) {
  if (busy || !selectedId()) return;
  setBusy(true);
  try {
    await ask(target, JSON.stringify(body));
    await refresh();
  } catch {
    announce("The page's server does not answer.");
  } finally {
    setBusy(false);
    showChat(selectedConversation());
  }
}

async function send() {
  if (busy || !selectedId()) return;
  const body = request();
  showWaiting(selectedConversation(), body);
  await post(`link${QUERY}`, body);
  mark(lastTurn(selectedConversation().timeline)?.field ?? "");
}

async function copied(id, text) {
  const button = byId(id);
  const label = button.textContent;
  const done = await copy(text);
  setText(button, done ? "Copied" : "Not allowed");
  announce(done ? "Copied to the clipboard." : "The browser does not allow copying.");
  setTimeout(() => setText(button, id === "copy-json" ? "Copy JSON" : "Copy curl"), 1400);
  return label;
}

/** Wire the form. */
export function listen() {
  form.addEventListener("input", preview);
  byId("pick").addEventListener("change", picked);
  byId("preview").addEventListener("toggle", toEnd);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send();
  });
  onUnlink(() => post("unlink", { conversationId: selectedId() }));
  byId("copy-json").addEventListener("click", () => copied("copy-json", JSON.stringify(request(), null, 2)));
  byId("copy-curl").addEventListener("click", () => copied("copy-curl", curl(state().app, request(), state().wantsKey)));
  onSelect(() => {
    mark("");
    preview();
  });
}
