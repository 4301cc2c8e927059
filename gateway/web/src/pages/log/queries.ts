import { keepPreviousData, queryOptions } from "@tanstack/react-query";

import { api, call } from "../../api/client";
import type { LogEntry } from "../../api/types";
import { type LogSearch, type Range, rangeOf, type Selection, selectionOf } from "./search";
import type { Tail } from "./tail";

/** How soon a run without entries is asked for them again: those of one that has just ended arrive a moment later. */
const askAgain = 3_000;

/** A page of the history. It is not asked for again by itself, except for a run without entries: history stands still. */
export function historyQuery(search: LogSearch) {
  const asked = { ...search, follow: undefined };
  return queryOptions({
    queryKey: ["log", "history", asked],
    queryFn: async () => {
      const range = rangeOf(asked, new Date());
      const { logEntries, nextPageToken } = await listEntries({ ...selectionOf(asked), ...range, pageToken: asked.page, pageSize: 50 });
      return { entries: logEntries, nextPageToken, range };
    },
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => search.run !== undefined && state.data?.entries.length === 0 && askAgain,
    refetchOnWindowFocus: false,
  });
}

/** What a page that follows begins with. What comes later is added to it, so that it is still there when one comes back. */
export function tailQuery(selection: Selection) {
  return queryOptions({
    queryKey: ["log", "tail", selection],
    queryFn: async (): Promise<Tail> => {
      // The newest by its time need not be the last that came: the server says where the stream goes on.
      const { logEntries, lastId } = await listEntries({ ...selection, pageSize: 100 });
      return { shown: logEntries, waiting: [], after: lastId ?? "" };
    },
    staleTime: Infinity,
  });
}

/** Pages that are read at most to catch up with the log where streams do not come through. */
const catchUpPages = 5;

/** newerEntries reads the log back to an entry that is known. */
export async function newerEntries(selection: Selection, known: Set<string>, signal: AbortSignal): Promise<LogEntry[]> {
  const found: LogEntry[] = [];
  let pageToken: string | undefined;
  for (let page = 0; page < catchUpPages; page++) {
    const { logEntries, nextPageToken } = await listEntries({ ...selection, pageSize: 100, pageToken }, signal);
    found.push(...logEntries);
    if (nextPageToken === "" || logEntries.some(({ id }) => known.has(id))) break;
    pageToken = nextPageToken;
  }
  return found;
}

function listEntries(query: Selection & Range & { pageSize: number; pageToken?: string }, signal?: AbortSignal) {
  return call(api.GET("/api/v1/logEntries", { params: { query }, signal }));
}

/** One entry with its neighbours in the list that its address tells about. */
export function entryQuery(id: string, search: LogSearch) {
  return queryOptions({
    queryKey: ["log", "entry", id, { ...search, page: undefined, follow: undefined }],
    queryFn: () => {
      const range = search.follow ? {} : rangeOf(search, new Date());
      const query = { ...selectionOf(search), ...range };
      return call(api.GET("/api/v1/logEntries/{id}", { params: { path: { id }, query } }));
    },
    placeholderData: keepPreviousData,
    staleTime: Infinity,
  });
}

/** Up to a hundred entries before a time, to tell how many would be removed. */
export function removableQuery(endTime: string, repositoryId: string | undefined) {
  return queryOptions({
    queryKey: ["log", "removable", endTime, repositoryId],
    queryFn: async () => {
      const { logEntries, nextPageToken } = await listEntries({ endTime, repositoryId, pageSize: 100 });
      return { count: logEntries.length, more: nextPageToken !== "" };
    },
    placeholderData: keepPreviousData,
  });
}
