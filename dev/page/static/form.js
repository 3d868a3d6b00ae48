// The bot's form: fill it from the demo data, see the request, copy it, send it.
import { onSelect, select, selectedId } from "./agent.js";
import { answerIn, say, showTalk } from "./chat.js";
import { announce, byId, h, setText } from "./dom.js";
import { VARIABLES, copy, curl, fill, linkRequest } from "./request.js";
import { ask, refresh, state } from "./server.js";

const form = byId("form");
let choices = new Map();
let drawn = "";
let busy = false;

const request = () => linkRequest(form, selectedId());

function preview() {
  setText(byId("endpoint"), `${state()?.app ?? ""}/api/link`);
  setText(byId("preview-text"), JSON.stringify(request(), null, 2));
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
    group("Stories", found.stories.map((each, index) => option(`story-${index}`, each.title, { ...each, note: "" }))),
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
  for (const id of ["send", "unlink"]) byId(id).setAttribute("aria-disabled", String(value));
}

async function send(route, body) {
  if (busy || !selectedId()) return;
  setBusy(true);
  const turn = say(selectedId(), route, body);
  try {
    const exchange = await ask(route, JSON.stringify(body));
    mark(answerIn(turn, route, body, exchange));
    await refresh();
  } catch (error) {
    answerIn(turn, route, body, { status: 0, text: JSON.stringify({ detail: `The page's server does not answer (${error.name}).` }), milliseconds: 0 });
  } finally {
    setBusy(false);
  }
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
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send("link", request());
  });
  byId("unlink").addEventListener("click", () => send("unlink", { conversationId: selectedId() }));
  byId("copy-json").addEventListener("click", () => copied("copy-json", JSON.stringify(request(), null, 2)));
  byId("copy-curl").addEventListener("click", () => copied("copy-curl", curl(state().app, request(), state().wantsKey)));
  onSelect((id) => {
    showTalk(id);
    mark("");
    preview();
  });
}
