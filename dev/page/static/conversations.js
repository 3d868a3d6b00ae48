// The right side: which conversations there are, and which one is looked at.
import { announce, byId, h, setText } from "./dom.js";
import { showChat } from "./chat.js";
import { show } from "./summary.js";
import { handle } from "./words.js";

let selected = "";
let conversations = [];
let outside = 0;
let unlink = () => {};
const shown = new Map();
const listeners = [];

export const selectedId = () => selected;

/** The conversation that is looked at. */
export const selectedConversation = () => conversations.find((each) => each.id === selected);

/** Call `action` when the representative unlinks. */
export function onUnlink(action) {
  unlink = action;
}

/** Call `listener` with the id of the conversation that is looked at, whenever it changes. */
export const onSelect = (listener) => listeners.push(listener);

function row(conversation) {
  const item = h("li", { role: "option", id: `c-${conversation.id}`, tabindex: -1 },
    h("span", { class: "line" }, h("bdi", { class: "who" }), h("span", { class: "quiet" }, handle(conversation.id))), h("bdi", { class: "what" }));
  item.addEventListener("click", () => select(conversation.id));
  return item;
}

function update(item, conversation) {
  const who = item.querySelector(".who");
  setText(who, conversation.customer?.name || "Unknown visitor");
  who.classList.toggle("nobody", !conversation.customer);
  setText(item.querySelector(".what"), `${conversation.state} · ${conversation.case?.title || "no case"}`);
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
  setText(byId("count"), `${linked} of ${conversations.length} with a customer`);
}

const name = (conversation, part) => (part === "customer" ? conversation.customer?.name : conversation.case?.number) ?? "";
const key = (conversation, part) => conversation[part]?.id ?? "";

/** Which cards of the conversation on screen hold something new; it is also said aloud. */
function differences(before, now) {
  if (!before) return new Set();
  const changed = ["customer", "case"].filter((part) => key(before, part) !== key(now, part));
  const words = changed.map((part) => `${part} ${name(now, part) ? `is now ${name(now, part)}` : "was removed"}`);
  if (words.length) announce(`Representative's screen: ${words.join(", ")}.`);
  if (before.summary !== now.summary) changed.push("summary");
  return new Set(changed);
}

function drawDetail() {
  const now = selectedConversation();
  if (!now) return;
  const text = JSON.stringify(now);
  const before = shown.get(selected);
  if (before?.text === text && byId("detail").dataset.id === selected) return;
  const fresh = byId("detail").dataset.id === selected ? differences(before?.conversation, now) : new Set();
  shown.set(selected, { text, conversation: now });
  showChat(now);
  byId("detail").dataset.id = selected;
  show(now, fresh, unlink);
}

const MARGIN = 12;

/** How far to scroll so that an item at `start` is seen in a list of that length. */
function missing(start, size, length) {
  return start < MARGIN ? start - MARGIN : Math.max(0, Math.min(start, start + size + MARGIN - length));
}

/** Scroll the list, and never the page, so far that a row is seen. */
function reveal(item) {
  const list = byId("list");
  const [inner, outer] = [item.getBoundingClientRect(), list.getBoundingClientRect()];
  list.scrollTop += missing(inner.top - outer.top, inner.height, list.clientHeight);
  list.scrollLeft += missing(inner.left - outer.left, inner.width, list.clientWidth);
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

/** Look at the first conversation, as at the start. */
export const selectFirst = () => select(conversations[0].id);

/** Show the state. */
export function draw(state) {
  conversations = state.conversations;
  if (!selectedConversation() && conversations.length) {
    outside = state.outside.number ?? 0;
    selectFirst();
  }
  if ((state.outside.number ?? 0) > outside) select(state.outside.conversation);
  outside = state.outside.number ?? 0;
  drawList();
  drawDetail();
}

/** Arrows, Home and End move in the list. */
export function listenToKeys() {
  byId("list").addEventListener("keydown", (event) => {
    const at = conversations.findIndex((each) => each.id === selected);
    const to = { ArrowDown: at + 1, ArrowRight: at + 1, ArrowUp: at - 1, ArrowLeft: at - 1, Home: 0, End: conversations.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    select(conversations[Math.min(Math.max(to, 0), conversations.length - 1)].id, true);
  });
}
