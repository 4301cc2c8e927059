/** Search parameters are plain texts, so that addresses can be read and sent: ?q=kisumu&show=attention. */
export type Search = Record<string, string>;

export function parseSearch(text: string): Search {
  return Object.fromEntries(new URLSearchParams(text));
}

export function stringifySearch(search: Record<string, unknown>): string {
  const entries = Object.entries(search).filter(([, value]) => value !== undefined && value !== null && value !== "");
  const text = new URLSearchParams(entries.map(([name, value]) => [name, String(value)])).toString();
  return text === "" ? "" : `?${text}`;
}

/** pick keeps the parameters that a page knows; unknown ones are dropped. */
export function pick<K extends string>(...names: K[]) {
  return (search: Record<string, unknown>): Partial<Record<K, string>> =>
    Object.fromEntries(
      names.filter((name) => typeof search[name] === "string" && search[name] !== "").map((name) => [name, search[name]]),
    ) as Partial<Record<K, string>>;
}
