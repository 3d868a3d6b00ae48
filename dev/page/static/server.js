// The page's own server: its state, asked for again and again, and the few things that it does.

const INTERVAL = 800;
let tag = "";
let current = null;
const listeners = [];

/** Call `listener` with the state now and whenever it has changed. */
export function watch(listener) {
  listeners.push(listener);
}

export const state = () => current;

/** Ask for the state once; listeners hear of it if it has changed. */
export async function refresh() {
  const response = await fetch("page/state", { cache: "no-store", headers: tag ? { "If-None-Match": tag } : {} });
  if (response.status === 304) return;
  if (!response.ok) throw new Error(`state: ${response.status}`);
  tag = response.headers.get("ETag") ?? "";
  current = await response.json();
  for (const listener of listeners) listener(current);
}

/** Ask every moment while the page is seen; `online` hears whether the server answers. */
export async function poll(online) {
  for (;;) {
    if (!document.hidden || current === null) {
      try {
        await refresh();
        online(true);
      } catch {
        online(false);
      }
    }
    await new Promise((done) => setTimeout(done, INTERVAL));
  }
}

const post = (path, text) => fetch(path, { method: "POST", body: text, headers: { "Content-Type": "application/json" } });

/** Post a request to the app, through the page's server; its answer is on the timeline of the next state. */
export const ask = (target, text) => post(`page/${target}`, text);

export const arm = (kind) => post("page/fault", JSON.stringify({ kind }));
export const fresh = async () => (await (await post("page/fresh", "{}")).json()).conversation;
export const reset = () => post("page/reset", "{}");
