// What was linked, replaced or refused, and why.
import { bdi, h } from "./dom.js";
import { plain, tone } from "./words.js";

const PARTS = [["customer", 0], ["case", 1]];

/** The reason that `explain` gives for one part: "customer decided: linked, the only matching contact". */
function reason(entry, part) {
  const line = entry.explain.split("\n").find((each) => each.startsWith(`${part} decided: `));
  return line ? line.slice(line.indexOf(",") + 1).trim() : "";
}

function change(before, after) {
  if (before === after) return "";
  if (before && after) return "replaced";
  return after ? "linked" : "removed";
}

function part(entry, name, index) {
  const [before, after] = [entry.before[index], entry.after[index]];
  const done = change(before, after);
  const status = entry.answer[`${name}Status`] ?? "";
  const why = reason(entry, name);
  return h("p", { class: "part" },
    `${name === "customer" ? "Customer" : "Case"}: `,
    h("b", {}, plain(done === "replaced" ? "replaced" : status || done || "unchanged")),
    done && after && " ", done && after && bdi(after),
    done === "replaced" && h("span", { class: "why" }, " instead of ", bdi(before)),
    done === "removed" && h("span", { class: "why" }, status === "unlinked" || !status ? " " : "; taken away: ", bdi(before)),
    why && h("span", { class: "why" }, ` – ${why}`));
}

function struck(entry) {
  if (!entry.fault) return null;
  const met = entry.struck === 1 ? "once" : `${entry.struck} times`;
  const words = entry.struck ? `struck ${met}` : "lay in wait, but met nothing";
  return h("p", { class: "fault" }, `Fault: ${entry.fault.toLowerCase()} ${words}; the answer took ${entry.seconds.toFixed(1)} s.`);
}

function title(entry) {
  if (entry.route === "elsewhere") return "Changed elsewhere";
  if (entry.route === "unlink") return "Unlink";
  const what = String(entry.sent.event ?? "").toLowerCase() === "end" ? "End" : "Escalate";
  return entry.answer.dryRun ? `${what}, dry run` : what;
}

function status(entry) {
  if (entry.route === "elsewhere") return "";
  return entry.status === 200 ? entry.answer.status : `${entry.status} ${entry.answer.code ?? ""}`.trim();
}

function item(entry) {
  const word = status(entry);
  const colour = entry.status && entry.status !== 200 ? "bad" : tone(word);
  const time = new Date(entry.time);
  const shown = entry.status && entry.status !== 200 ? [h("p", {}, entry.answer.detail ?? "")] : PARTS.map(([name, index]) => part(entry, name, index));
  return h("li", { class: colour, "data-number": entry.number },
    h("div", { class: "title" }, title(entry), word && h("span", { class: `badge ${colour}` }, plain(word)),
      h("time", { class: "quiet", datetime: time.toISOString() }, time.toLocaleTimeString())),
    ...shown,
    struck(entry),
    entry.explain && h("details", {}, h("summary", {}, "Why, column by column"), h("pre", {}, entry.explain)));
}

/** The card with every entry of a conversation. `opened` are the numbers of those whose reasons are unfolded. */
export function trail(entries, opened) {
  const items = entries.map(item);
  for (const each of items) {
    const fold = each.querySelector("details");
    if (fold && opened.has(each.dataset.number)) fold.open = true;
  }
  return items.length
    ? h("ol", { class: "trail" }, ...items)
    : h("p", { class: "empty" }, "Nothing has been asked about this conversation yet.");
}
