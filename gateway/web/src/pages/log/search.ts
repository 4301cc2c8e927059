import { stringifySearch } from "../../router/search";

/** What the address of a log page holds; see the filters. */
export type LogSearch = Partial<
  Record<
    "from" | "to" | "period" | "repository" | "resource" | "mode" | "transmission" | "result" | "remote" | "run" | "q" | "follow" | "page",
    string
  >
>;

/** Periods by name, in milliseconds. Beside them there is "own", whose ends are from and to. */
export const periods = { hour: 3_600_000, day: 86_400_000, week: 604_800_000 } as const;

export const modes = ["PULL", "PUSH", "LOGIN", "REGISTER", "NONE"] as const;
export const transmissions = ["INCOMING", "OUTGOING", "NONE"] as const;
export const results = ["SUCCESS", "WARNING", "ERROR", "FATAL"] as const;

/** Which entries are wanted, whenever they were written; in the words of the contract. */
export interface Selection {
  repositoryId?: string;
  resourceName?: string;
  mode?: (typeof modes)[number];
  transmission?: (typeof transmissions)[number];
  results?: (typeof results)[number][];
  remoteError?: boolean;
  runId?: string;
  query?: string;
}

/** When they were written: at or after the start, before the end. */
export interface Range {
  startTime?: string;
  endTime?: string;
}

/** selectionOf reads the filters of an address. A value that no filter has is no filter. */
export function selectionOf(search: LogSearch): Selection {
  const result = oneOf(results, search.result);
  return {
    repositoryId: search.repository,
    resourceName: search.resource,
    mode: oneOf(modes, search.mode),
    transmission: oneOf(transmissions, search.transmission),
    results: result && [result],
    remoteError: search.remote === "yes" ? true : search.remote === "no" ? false : undefined,
    runId: search.run,
    query: search.q,
  };
}

export function oneOf<T extends string>(values: readonly T[], value: string | undefined): T | undefined {
  return values.find((v) => v === value);
}

/** isRelative tells whether the period moves on with the clock. */
export function isRelative(search: LogSearch): search is LogSearch & { period: keyof typeof periods } {
  return search.period !== undefined && search.period in periods;
}

/**
 * rangeOf is the period of an address. One that moves on with the clock starts where the first page started, because the token
 * of a page belongs to its filters; the address of every further page says where that was.
 */
export function rangeOf(search: LogSearch, now: Date): Range {
  if (!isRelative(search)) return { startTime: search.from, endTime: search.to };
  if (search.page && search.from) return { startTime: search.from };
  return { startTime: new Date(now.getTime() - periods[search.period]).toISOString() };
}

/** turnTo is the address of another page of the same list, whose range is known; an empty token is the first page. */
export function turnTo(search: LogSearch, token: string, range: Range): LogSearch {
  const from = isRelative(search) ? (token === "" ? undefined : range.startTime) : search.from;
  return { ...search, from, page: token || undefined };
}

/** Filters of the address, in the order in which they stand above the list. */
export const filterNames = ["period", "repository", "resource", "mode", "transmission", "result", "remote", "run", "q"] as const;

export type FilterName = (typeof filterNames)[number];

/** activeFilters are the names of the filters that leave something out. Following knows no period. */
export function activeFilters(search: LogSearch): FilterName[] {
  return filterNames.filter((name) => {
    if (name === "period") return !search.follow && Boolean(search.period || search.from || search.to);
    return Boolean(search[name]);
  });
}

/** parameters writes a selection as the query of a request. */
export function parameters(selection: Selection & Range & { format?: string; afterId?: string }): string {
  const { results: wanted, ...others } = selection;
  const query = stringifySearch(others);
  const more = (wanted ?? []).map((result) => `results=${result}`).join("&");
  if (more === "") return query;
  return query === "" ? `?${more}` : `${query}&${more}`;
}
