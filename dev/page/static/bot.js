// What the bot does with an answer: the same as the topics of samples/copilot-studio (see docs/for-makers.md).

const MAX_QUESTIONS = 2;
const TRANSFER = "One moment, I am connecting you.";
const GOODBYE = "Thank you, and goodbye.";

const SAYS = { Name: "My name is", Email: "My e-mail address is", Phone: "My phone number is", CaseNumber: "My case number is" };
export const VARIABLES = Object.keys(SAYS);

/** What the customer says: all that is new since the last question; one value alone is said as it is. */
export function customerSays(typed, before, asked) {
  const fresh = VARIABLES.filter((name) => typed[name] && typed[name] !== before[name]);
  if (asked && !fresh.length) return "I do not know.";
  if (asked && fresh.length === 1) return typed[fresh[0]];
  return VARIABLES.filter((name) => typed[name]).map((name) => `${SAYS[name]} ${typed[name]}.`).join("\n") || "I would like to talk to a person.";
}

/** Whether the app could do nothing: with `always=true` it says so in the answer. */
export const failed = (entry) => entry.status !== 200 || entry.answer.status === "failed";

/**
 * What the bot says, and what it does then: `ask` for a field, `transfer`, `end`, `nothing` after a dry run, or
 * `closed` where there is nobody to talk to any more.
 * `handed`: what is handed to Omnichannel under its own names, because the app could not look for it.
 */
function botDoes(entry, questions) {
  const { answer } = entry;
  if (answer.dryRun) return { says: [], then: "nothing" };
  if (entry.closed) return { says: [], then: "closed" };
  if (failed(entry)) return { says: [TRANSFER], then: "transfer", handed: entry.typed };
  if (answer.nextQuestion && questions < MAX_QUESTIONS) return { says: [answer.nextQuestion], then: "ask", field: answer.nextField };
  const opened = answer.caseStatus === "created" ? [`I have opened case ${answer.caseNumber} for you.`] : [];
  if (answer.CloseOmnichannelConversation) return { says: [...opened, GOODBYE], then: "end" };
  return { says: [...opened, TRANSFER], then: "transfer" };
}

/**
 * The turns of a conversation, oldest first, from its timeline. Only requests to link are turns of the bot.
 * `first` is the entry to which the bot's questions go back.
 */
export function turns(timeline) {
  let questions = 0;
  let before = {};
  let asked = false;
  let first = null;
  return timeline.filter((entry) => entry.route === "link").reverse().map((entry) => {
    const does = botDoes(entry, questions);
    first = asked ? first : entry;
    const turn = { entry, first, customer: entry.closed ? "" : customerSays(entry.typed, before, asked), ...does };
    asked = does.then === "ask" || (does.then === "nothing" && asked);
    questions = does.then === "ask" ? questions + 1 : does.then === "nothing" ? questions : 0;
    before = asked ? entry.typed : {};
    return turn;
  });
}

/** What changed the links after a turn and was not the bot, if anything did. */
export function changedSince(timeline, turn) {
  const changed = (entry) => entry.beforeIds.some((id, index) => id !== entry.afterIds[index]);
  return timeline.find((entry) => entry.number > turn.entry.number && entry.route !== "link" && changed(entry));
}

/** The last turn in which the bot did something, if there is one. */
export const lastTurn = (timeline) => turns(timeline).findLast((turn) => turn.then !== "nothing");
