// The right side: which conversations there are, and which one is looked at.
import { announce, byId, h, setText } from "./dom.js";
import { show } from "./summary.js";
import { handle } from "./words.js";

let selected = "";
let conversations = [];
const shown = new Map();
const listeners = [];

export const selectedId = () => selected;

/** Call `listener` with the id of the conversation that is looked at, whenever it changes. */
export const onSelect = (listener) => listeners.push(listener);

function row(conversation) {
  const item = h("li", { role: "option", id: `c-${conversation.id}`, tabindex: -1 },
    h("span", { class: "line" }, h("bdi", { class: "who" }), h("span", { class: "badge" })), h("bdi", { class: "what" }));
  item.addEventListener("click", () => select(conversation.id));
  return item;
}

function update(item, conversation) {
  const who = item.querySelector(".who");
  setText(who, conversation.customer?.name || "Unknown visitor");
  who.classList.toggle("nobody", !conversation.customer);
  setText(item.querySelector(".badge"), conversation.state);
  item.querySelector(".badge").classList.toggle("good", conversation.open);
  setText(item.querySelector(".what"), `${handle(conversation.id)} · ${conversation.case?.title || "no case"}`);
  item.setAttribute("aria-selected", String(conversation.id === selected));
  item.tabIndex = conversation.id === selected ? 0 : -1;
}

function drawList() {
  const list = byId("list");
  const present = new Map([...list.children].map((item) => [item.id, item]));
  conversations.forEach((conversation, index) => {
    const item = present.get(`c-${conversation.id}`) ?? row(conversation);
    present.delete(item.id);
    update(item, conversation);
    if (list.children[index] !== item) list.insertBefore(item, list.children[index] ?? null);
  });
  for (const item of present.values()) item.remove();
  const linked = conversations.filter((each) => each.customer).length;
  setText(byId("count"), `${conversations.length} conversations, ${linked} with a customer`);
}

const name = (conversation, part) => (part === "customer" ? conversation.customer?.name : conversation.case?.number) ?? "";
const key = (conversation, part) => conversation[part]?.id ?? "";

/** Which cards of the conversation on screen hold something new; it is also said aloud. */
function differences(before, now) {
  if (!before) return new Set();
  const changed = ["customer", "case"].filter((part) => key(before, part) !== key(now, part));
  const words = changed.map((part) => `${part} ${name(now, part) ? `is now ${name(now, part)}` : "was removed"}`);
  if (words.length) announce(`Agent's screen: ${words.join(", ")}.`);
  if (before.summary !== now.summary) changed.push("summary");
  return new Set(changed);
}

function drawDetail() {
  const now = conversations.find((each) => each.id === selected);
  if (!now) return;
  const text = JSON.stringify(now);
  const before = shown.get(selected);
  if (before?.text === text && byId("detail").dataset.id === selected) return;
  const fresh = byId("detail").dataset.id === selected ? differences(before?.conversation, now) : new Set();
  shown.set(selected, { text, conversation: now });
  byId("detail").dataset.id = selected;
  show(now, fresh);
}

/** Scroll the list, and never the page, so far that a row is seen. */
function reveal(item) {
  const list = byId("list");
  const top = item.getBoundingClientRect().top - list.getBoundingClientRect().top;
  if (top < 0) list.scrollTop += top;
  else if (top + item.offsetHeight > list.clientHeight) list.scrollTop += top + item.offsetHeight - list.clientHeight;
}

/** Look at a conversation. */
export function select(id, focus = false) {
  if (!conversations.some((each) => each.id === id)) return;
  const changed = id !== selected;
  selected = id;
  drawList();
  drawDetail();
  reveal(byId(`c-${id}`));
  if (focus) byId(`c-${id}`).focus({ preventScroll: true });
  if (changed) for (const listener of listeners) listener(id);
}

/** The conversation that an address names by itself, its customer or its case. */
function named(id) {
  return conversations.find((each) => [each.id, each.customer?.id, each.case?.id].includes(id))?.id;
}

/** Show the state. */
export function draw(state) {
  conversations = state.conversations;
  if (!selected && conversations.length) select(named(location.hash.slice(1).toLowerCase()) ?? conversations[0].id);
  drawList();
  drawDetail();
}

/** Up, down, Home and End move in the list. */
export function listenToKeys() {
  byId("list").addEventListener("keydown", (event) => {
    const at = conversations.findIndex((each) => each.id === selected);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: conversations.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    select(conversations[Math.min(Math.max(to, 0), conversations.length - 1)].id, true);
  });
}
