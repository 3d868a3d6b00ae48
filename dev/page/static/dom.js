// The only way in which this page makes elements: texts go in as text, whatever they hold.

/** @param {string} id */
export const byId = (id) => document.getElementById(id);

/**
 * An element. Properties whose value is false, null or undefined are left out; children are elements or texts.
 * @param {string} name
 * @param {Record<string, unknown>} [attributes]
 * @param {...(Node | string | null | undefined | false)} children
 */
export function h(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== false && value !== null && value !== undefined) element.setAttribute(key, value === true ? "" : String(value));
  }
  element.append(...children.filter((child) => child || child === 0));
  return element;
}

/** A text from the data, kept from turning the direction of what stands beside it. */
export const bdi = (text) => h("bdi", {}, String(text));

/** A sentence as nodes; what must not be broken at a hyphen or an @ (an address, a number) stays on one line. */
export function prose(text) {
  return String(text).split(/(\s+)/).map((word) => (/[@\-/\d]/.test(word) ? h("span", { class: "whole" }, word) : word));
}

/** Change a text only where it differs, so that nothing is announced or selected anew. */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Say something to people who do not see the page. */
export function announce(text) {
  byId("announce").textContent = text;
}
