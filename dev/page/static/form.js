// The bot's form: fill it from the demo data, see the request, copy it, send it.
import { VARIABLES, lastTurn } from "./bot.js";
import { showChat, showWaiting, toEnd } from "./chat.js";
import { onSelect, onUnlink, select, selectedConversation, selectedId } from "./conversations.js";
import { announce, byId, h, setText } from "./dom.js";
import { QUERY, copy, curl, fill, linkRequest, options, pretty } from "./request.js";
import { ask, fresh, refresh, state } from "./server.js";

const form = byId("form");
let choices = new Map();
let drawn = "";
let busy = false;
let ready = Promise.resolve(); // once a conversation for who was chosen is there

const request = () => linkRequest(form, selectedId());

function preview() {
  setText(byId("endpoint"), state()?.app ?? "");
  setText(byId("endpoint-path"), `/api/link${QUERY}`);
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
  const names = found.people.map((each) => each.name);
  const isOne = (each) => names.indexOf(each.name) === names.lastIndexOf(each.name);
  const person = (each) => option(each.id, isOne(each) ? each.name : `${each.name} (${each.email})`, {
    note: [each.note, each.cases.length ? `Open: ${each.cases.join(", ")}.` : ""].filter(Boolean).join(" "),
    sent: { Name: each.name, Email: each.email, Phone: each.phone },
  });
  const groups = [...new Set(found.people.map((each) => each.group))];
  const pick = byId("pick");
  const chosen = pick.value;
  pick.replaceChildren(pick.options[0],
    group("Stories", found.stories.map((each, index) => option(`story-${index}`, each.title, { ...each, note: each.look }))),
    ...groups.map((name) => group(name, found.people.filter((each) => each.group === name).map(person))));
  pick.value = choices.has(chosen) ? chosen : "";
  showNote();
  preview();
}

function showNote() {
  const note = choices.get(byId("pick").value)?.note ?? "";
  byId("pick-note").hidden = !note;
  setText(byId("pick-note"), note);
}

/** A conversation of its own for a person: what is linked in another one is about somebody else. */
async function begin(person) {
  const id = await fresh();
  await refresh();
  if (byId("pick").value === person) select(id);
}

function picked() {
  const choice = choices.get(byId("pick").value);
  showNote();
  if (!choice) return;
  fill(form, choice.sent);
  mark("");
  if (choice.conversation) select(choice.conversation);
  else ready = begin(byId("pick").value).catch(() => announce("The page's server does not answer."));
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
  await ready;
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

/** Everything as at the start. */
export function clear() {
  form.reset();
  for (const fold of form.querySelectorAll("details")) fold.open = false;
  showNote();
  mark("");
}

/** Wire the form. */
export function listen() {
  form.addEventListener("input", preview);
  byId("pick").addEventListener("change", picked);
  for (const fold of form.querySelectorAll("details")) fold.addEventListener("toggle", toEnd);
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
