/**
 * The language of filters, as services/transfer/selection reads it: ~.name__like=A*&~.code__belongs=1,2. Conditions that are
 * made of a field, an operator and a value can be put together from pieces; all others are written as text.
 */

/** Condition is one pair of a filter. */
export interface Condition {
  /** Field as people write it: name for one of the table itself, address.city for one of a component, a|b for any of both. */
  field: string;
  operator: Operator;
  /** Value as it stands in the filter: commas separate alternatives, double quotes protect them. */
  value: string;
}

/** Operators that can be chosen; with ! the opposite. Empty and filled look for NONE, which is no value. */
export const operators = [
  "eq",
  "ne",
  "like",
  "like!",
  "belongs",
  "belongs!",
  "lt",
  "le",
  "gt",
  "ge",
  "contains",
  "contains!",
  "anyof",
  "anyof!",
  "empty",
  "filled",
] as const;

export type Operator = (typeof operators)[number];

/** What is wrong with the text of a filter; keys of texts. */
export type Problem = "noValue" | "badField" | "badOperator" | "badValue" | "noneCompared" | "tooLong";

/** Reading is what the text of a filter says: conditions, something that pieces cannot say, or nothing that could be understood. */
export type Reading =
  { kind: "conditions"; conditions: Condition[] } | { kind: "special" } | { kind: "wrong"; problem: Problem; part: string };

/** Longest text of a filter. */
const longest = 2_000;

/** readFilter reads the text of a filter. */
export function readFilter(text: string): Reading {
  if (Array.from(text).length > longest) return { kind: "wrong", problem: "tooLong", part: "" };
  const conditions: Condition[] = [];
  let special = false;
  for (const pair of text.trim().split("&")) {
    if (pair === "" && text.trim() === "") continue;
    const found = readPair(pair);
    if (typeof found === "string") return { kind: "wrong", problem: found, part: pair };
    if (found) conditions.push(found);
    else special = true;
  }
  return special ? { kind: "special" } : { kind: "conditions", conditions };
}

/** readPair gives a condition, null for what only text can say, or what is wrong. */
function readPair(pair: string): Condition | null | Problem {
  const cut = pair.indexOf("=");
  if (cut < 0) return "noValue";
  const key = decode(pair.slice(0, cut));
  const value = decode(pair.slice(cut + 1));
  if (key === null || value === null) return "badValue";
  if (key === "$filter" || key.startsWith("(")) return null;
  const parts = /^(.*?)(?:__([^_!]*))?(!?)$/.exec(key);
  const [, fields = "", word = "eq", not = ""] = parts ?? [];
  if (!known.test(word)) return "badOperator";
  if (!fields.split("|").every((field) => /^[^\s[\].]+\.[^\s[\]]+$/.test(field))) return "badField";
  if (!quotesClosed(value)) return "badValue";
  if (/^(l[te]|g[te]|like)$/i.test(word) && value.split(",").includes("NONE")) return "noneCompared";
  const operator = operatorOf(`${word.toLowerCase()}${not}`, value);
  const simple = fields.split("|").every((field) => /^(~|\w+)\.\w+$/.test(field));
  return operator && simple ? { field: fields.replace(/(^|\|)~\./g, "$1"), operator, value: hasValue(operator) ? value : "" } : null;
}

const known = /^(eq|ne|lt|le|gt|ge|like|belongs|contains|anyof|typeof|intersects)$/i;

function operatorOf(word: string, value: string): Operator | undefined {
  if (value === "NONE" && word === "eq") return "empty";
  if (value === "NONE" && word === "ne") return "filled";
  return operators.find((operator) => operator === word && hasValue(operator));
}

/** hasValue tells whether an operator compares with a value. */
export function hasValue(operator: Operator): boolean {
  return operator !== "empty" && operator !== "filled";
}

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text.replace(/\+/g, " "));
  } catch {
    return null;
  }
}

function quotesClosed(value: string): boolean {
  return value.replace(/\\"/g, "").split('"').length % 2 === 1;
}

/** writeFilter is the text of conditions; those that are not complete yet are left out. */
export function writeFilter(conditions: Condition[]): string {
  return conditions.filter(isComplete).map(writePair).join("&");
}

/** isComplete tells whether a condition says something. */
export function isComplete({ field, operator, value }: Condition): boolean {
  return field.trim() !== "" && (!hasValue(operator) || value !== "");
}

function writePair({ field, operator, value }: Condition): string {
  const selector = field
    .split("|")
    .map((name) => name.trim())
    .map((name) => (name.includes(".") ? name : `~.${name}`))
    .join("|");
  if (operator === "empty") return `${selector}=NONE`;
  if (operator === "filled") return `${selector}__ne=NONE`;
  return `${selector}${operator === "eq" ? "" : `__${operator}`}=${encode(value)}`;
}

/** encode keeps a value legible: only what would end it, or mean something else, is written as percent sequence. */
function encode(value: string): string {
  return value.replace(/[%&+#\s]/g, (sign) => encodeURIComponent(sign));
}
