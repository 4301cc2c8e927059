import { guardedFetch } from "./client";
import { ApiError, toApiError } from "./errors";
import { readLines } from "./lines";

/** Link tells how a page follows something: by the stream, by asking, or not at the moment. */
export type Link = "connecting" | "live" | "polling" | "lost" | "finished";

/** Options of follow. T is the state that is followed. */
export interface FollowOptions<T> {
  /** Path of the stream; a function where it tells how far one has read. */
  path: string | (() => string);
  /** What a message of the stream says; undefined for a heartbeat. */
  read(message: unknown): T | undefined;
  /** Asks once, when streams do not come through. */
  poll(signal: AbortSignal): Promise<T>;
  /** Whether nothing more will come. */
  finished(state: T): boolean;
  onState(state: T): void;
  onLink(link: Link): void;
  signal: AbortSignal;
}

/** Silence after which a stream counts as dead; heartbeats come every 10 s. */
const silence = 25_000;
/** Failures in a row after which asking takes over. */
const patience = 3;
const pollEvery = 4_000;
const retryStreamEvery = 60_000;
/** How long the first message of a stream may take; buffering proxies hold it back for ever. */
const firstMessage = 8_000;

/**
 * follow reads a stream of snapshots until the last one, opens it again when it breaks, and asks every 4 s instead where
 * streams do not come through. It stands still while the page is hidden, so that a hidden tab holds no connection.
 */
export async function follow<T>(options: FollowOptions<T>): Promise<void> {
  let failures = 0;
  while (!options.signal.aborted) {
    await visible(options.signal);
    const asking = failures >= patience;
    const ended = asking ? await pollFor(options) : await stream(options);
    if (ended === "finished") return;
    if (asking) failures = patience - 1;
    else if (ended === "again") failures = 0;
    else failures = ended === "stuck" ? patience : failures + 1;
    if (ended === "failed" && failures < patience) await sleep(backOff(failures), options.signal);
  }
}

/**
 * How a way of following ended: for good, to be opened again, with an error, without a single message. Asking always ends
 * as "again": the stream gets another chance.
 */
type Ended = "finished" | "again" | "failed" | "stuck";

/** stream reads one stream to its end. */
async function stream<T>(o: FollowOptions<T>): Promise<Ended> {
  const abort = new AbortController();
  const dead = watchdog(abort, firstMessage);
  const release = onHidden(abort, o.signal);
  let heard = false;
  try {
    const path = typeof o.path === "string" ? o.path : o.path();
    const response = await guardedFetch(new Request(new URL(path, location.href), { signal: abort.signal }));
    if (!response.ok || !response.body) throw toApiError(response.status, await response.json().catch(() => null));
    for await (const message of readLines(response.body)) {
      dead.feed(silence);
      heard = true;
      if (deliver(o, message)) return "finished";
    }
    return heard ? "again" : "failed";
  } catch (error) {
    if (isGone(error)) throw error;
    if (document.hidden || o.signal.aborted) return "again";
    if (!heard && dead.barked()) return "stuck";
    o.onLink("lost");
    return "failed";
  } finally {
    dead.stop();
    release();
    abort.abort();
  }
}

/** deliver hands a message on; true after the last one. A line with an error ends the stream as failed. */
function deliver<T>(o: FollowOptions<T>, message: unknown): boolean {
  const { result, error } = message as { result?: unknown; error?: unknown };
  if (error !== undefined) throw toApiError(500, error);
  const state = o.read(result);
  if (state === undefined) {
    o.onLink("live");
    return false;
  }
  o.onState(state);
  const last = o.finished(state);
  o.onLink(last ? "finished" : "live");
  return last;
}

/** pollFor asks again and again for a minute; then the stream gets another chance. */
async function pollFor<T>(o: FollowOptions<T>): Promise<Ended> {
  for (let waited = 0; waited < retryStreamEvery && !o.signal.aborted && !document.hidden; waited += pollEvery) {
    try {
      const state = await o.poll(o.signal);
      o.onState(state);
      if (o.finished(state)) {
        o.onLink("finished");
        return "finished";
      }
      o.onLink("polling");
    } catch (error) {
      if (isGone(error)) throw error;
      o.onLink("lost");
    }
    await sleep(pollEvery, o.signal);
  }
  return "again";
}

/** isGone tells that asking again cannot help: what is followed is not there, or may not be seen. */
function isGone(error: unknown): boolean {
  return error instanceof ApiError && error.status < 500 && error.status !== 429 && error.status !== 408;
}

/** backOff grows from 1 to 15 s, with chance in it, so that many pages do not come back at once. */
export function backOff(failures: number): number {
  return Math.min(15_000, 1_000 * 2 ** (failures - 1)) * (0.7 + 0.6 * Math.random());
}

function sleep(time: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, time);
    signal.addEventListener("abort", () => (clearTimeout(timer), resolve()), { once: true });
  });
}

/** visible waits until the page can be seen. */
function visible(signal: AbortSignal): Promise<void> {
  if (!document.hidden) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      if (document.hidden && !signal.aborted) return;
      document.removeEventListener("visibilitychange", done);
      signal.removeEventListener("abort", done);
      resolve();
    };
    document.addEventListener("visibilitychange", done);
    signal.addEventListener("abort", done);
  });
}

/** onHidden aborts when the page is hidden or signal says so; it returns what takes that back. */
function onHidden(abort: AbortController, signal: AbortSignal): () => void {
  const end = () => abort.abort();
  const hidden = () => document.hidden && abort.abort();
  signal.addEventListener("abort", end);
  document.addEventListener("visibilitychange", hidden);
  return () => {
    signal.removeEventListener("abort", end);
    document.removeEventListener("visibilitychange", hidden);
  };
}

/** watchdog aborts unless it is fed in time, and tells whether it did. */
function watchdog(abort: AbortController, time: number) {
  let barked = false;
  const wait = (next: number) => setTimeout(() => ((barked = true), abort.abort()), next);
  let timer = wait(time);
  return {
    feed(next: number) {
      clearTimeout(timer);
      timer = wait(next);
    },
    stop: () => clearTimeout(timer),
    barked: () => barked,
  };
}
