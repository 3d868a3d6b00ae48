// Where it starts: the server's state goes to both sides, faults and reset go to the server.
import { forget } from "./chat.js";
import { draw, listenToKeys, selectFirst } from "./conversations.js";
import { announce, byId, h } from "./dom.js";
import { clear, listen, offer } from "./form.js";
import { arm, poll, refresh, reset, state, watch } from "./server.js";

function faultButton(fault) {
  const button = h("button", { type: "button", class: "button", id: `fault-${fault.kind}`, title: fault.says, "aria-pressed": "false" }, fault.label);
  button.addEventListener("click", async () => {
    const on = state().armed !== fault.kind;
    await arm(on ? fault.kind : "");
    announce(on ? fault.says : "The next request meets no fault.");
    await refresh();
  });
  return button;
}

function drawFaults(found) {
  const group = byId("faults");
  if (!group.querySelector("button")) group.append(...found.faults.map(faultButton));
  for (const fault of found.faults) byId(`fault-${fault.kind}`).setAttribute("aria-pressed", String(found.armed === fault.kind));
}

async function startOver() {
  await reset();
  forget();
  clear();
  await refresh();
  selectFirst();
  announce("The demo data is as at the start.");
}

watch(draw);
watch(offer);
watch(drawFaults);
listen();
listenToKeys();
byId("reset").addEventListener("click", startOver);
poll((online) => { byId("offline").hidden = online; });
