// What was linked, replaced or refused, and why.
import { reason } from "./compare.js";
import { bdi, h, prose } from "./dom.js";
import { plain, tone } from "./words.js";

const PARTS = [["customer", 0], ["case", 1]];

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
    why && h("span", { class: "why" }, " – ", ...prose(why)));
}

function title(entry) {
  if (entry.route === "elsewhere") return "Changed elsewhere";
  if (entry.route === "unlink") return entry.outside ? "Unlinked from outside" : "Unlinked by the representative";
  const what = String(entry.answer.event ?? entry.sent.event ?? "") === "end" ? "Link, then end" : "Link";
  return [what, entry.answer.dryRun && "dry run", entry.outside && "from outside"].filter(Boolean).join(", ");
}

const isProblem = (entry) => entry.status !== 0 && (entry.status !== 200 || entry.answer.status === "failed");

/** What came of a request that could not be answered. */
function undone(entry) {
  if (entry.route === "unlink") return "Nothing could be unlinked.";
  if (entry.closed || !Object.keys(entry.typed).length) return "Nothing could be looked up, and nothing was handed over.";
  return "Nothing could be looked up, so what was typed went to Omnichannel.";
}

function status(entry) {
  if (entry.route === "elsewhere") return "";
  return isProblem(entry) ? entry.answer.failure || entry.answer.code || entry.status : entry.answer.status;
}

function item(entry) {
  const word = status(entry);
  const problem = isProblem(entry);
  const colour = problem ? "bad" : tone(word);
  const time = new Date(entry.time);
  const shown = problem ? [h("p", { class: "part" }, undone(entry))] : PARTS.map(([name, index]) => part(entry, name, index));
  return h("li", { class: colour, "data-number": entry.number },
    h("div", { class: "title" }, title(entry), word && h("span", { class: `badge ${colour}` }, plain(word)),
      h("time", { class: "quiet", datetime: time.toISOString() }, time.toLocaleTimeString())),
    ...shown,
    entry.fault && h("p", { class: "fault" }, entry.fault),
    entry.explain && h("details", {}, h("summary", {}, "Why, column by column"), h("pre", {}, entry.explain)));
}

/** The card with every entry of a conversation. `opened` are the numbers of those whose reasons are unfolded. */
export function timeline(entries, opened) {
  const items = entries.map(item);
  for (const each of items) {
    const fold = each.querySelector("details");
    if (fold && opened.has(each.dataset.number)) fold.open = true;
  }
  return items.length
    ? h("ol", { class: "timeline" }, ...items)
    : h("p", { class: "empty" }, "Nothing has been asked about this conversation yet.");
}
