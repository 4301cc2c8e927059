import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { ApiError } from "./errors";
import { backOff, follow, type Link } from "./watch";

interface State {
  n: number;
}

/** A server whose streams are scripted: each entry answers one request. */
type Script = ((signal: AbortSignal) => Response | Promise<Response>)[];

let script: Script;
let requests: number;

beforeEach(() => {
  vi.useFakeTimers();
  requests = 0;
  vi.stubGlobal(
    "fetch",
    vi.fn((request: Request) => {
      requests++;
      const next = script.shift();
      return next ? next(request.signal) : Promise.reject(new TypeError("nobody there"));
    }),
  );
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  setHidden(false);
});

/** stream answers these messages; it stays open unless it ends. */
function stream(messages: unknown[], { ends = false } = {}) {
  return (signal: AbortSignal) => {
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        for (const message of messages) controller.enqueue(new TextEncoder().encode(JSON.stringify(message) + "\n"));
        if (ends) controller.close();
        else signal.addEventListener("abort", () => controller.error(new DOMException("gone", "AbortError")));
      },
    });
    return new Response(body);
  };
}

const snapshot = (n: number) => ({ result: { snapshot: { n } } });
const heartbeat = { result: { heartbeat: {} } };
const fails = () => Promise.reject(new TypeError("cut"));

/** start follows with a page that notes everything. */
function start(poll: () => Promise<State> = () => Promise.reject(new TypeError("cut"))) {
  const abort = new AbortController();
  const states: number[] = [];
  const links: Link[] = [];
  const done = follow<State>({
    path: "/api/v1/runs/1:watch",
    read: (message) => (message as { snapshot?: State }).snapshot,
    poll,
    finished: (state) => state.n >= 100,
    onState: (state) => states.push(state.n),
    onLink: (link) => links.at(-1) !== link && links.push(link),
    signal: abort.signal,
  });
  return { states, links, done, abort };
}

function setHidden(hidden: boolean) {
  Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}

test("every snapshot arrives; the last one ends it", async () => {
  script = [stream([snapshot(1), heartbeat, snapshot(2), snapshot(100)])];
  const page = start();
  await page.done;
  expect(page.states).toEqual([1, 2, 100]);
  expect(page.links).toEqual(["live", "finished"]);
});

test("a stream that ends by its time limit is opened again at once", async () => {
  script = [stream([snapshot(1)], { ends: true }), stream([snapshot(100)])];
  const page = start();
  await vi.runAllTimersAsync();
  await page.done;
  expect(page.states).toEqual([1, 100]);
  expect(page.links).not.toContain("lost");
});

test("a stream that breaks is lost, keeps its last state and comes back", async () => {
  script = [stream([snapshot(7), { error: { message: "went away" } }]), stream([snapshot(100)])];
  const page = start();
  await vi.runAllTimersAsync();
  await page.done;
  expect(page.states).toEqual([7, 100]);
  expect(page.links).toEqual(["live", "lost", "finished"]);
});

test("25 seconds of silence are the death of a stream", async () => {
  script = [stream([snapshot(1)]), stream([snapshot(100)])];
  const page = start();
  await vi.advanceTimersByTimeAsync(24_000);
  expect(requests).toBe(1);
  await vi.advanceTimersByTimeAsync(3_000);
  await page.done;
  expect(page.states).toEqual([1, 100]);
});

test("after three failures it asks every 4 seconds, to the end", async () => {
  script = [fails, fails, fails];
  let n = 97;
  const page = start(() => Promise.resolve({ n: n++ }));
  await vi.advanceTimersByTimeAsync(30_000);
  await page.done;
  expect(page.states).toEqual([97, 98, 99, 100]);
  expect(page.links).toEqual(["lost", "polling", "finished"]);
});

test("a proxy that holds the stream back makes it ask after 8 seconds", async () => {
  script = [stream([])];
  const page = start(() => Promise.resolve({ n: 100 }));
  await vi.advanceTimersByTimeAsync(7_900);
  expect(page.states).toEqual([]);
  await vi.advanceTimersByTimeAsync(200);
  await page.done;
  expect(page.states).toEqual([100]);
});

test("while it asks, the stream gets another chance each minute", async () => {
  script = [fails, fails, fails, stream([snapshot(100)])];
  const page = start(() => Promise.resolve({ n: 5 }));
  await vi.advanceTimersByTimeAsync(75_000);
  await page.done;
  expect(page.states.at(-1)).toBe(100);
  expect(page.links.at(-1)).toBe("finished");
});

test("a hidden page holds no stream and goes on when it is seen again", async () => {
  let open = 0;
  const counted: Script[number] = (signal) => {
    open++;
    signal.addEventListener("abort", () => open--);
    return stream([snapshot(1)])(signal);
  };
  script = [counted, stream([snapshot(100)])];
  const page = start();
  await vi.advanceTimersByTimeAsync(10);
  expect(open).toBe(1);
  setHidden(true);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(open).toBe(0);
  expect(requests).toBe(1);
  setHidden(false);
  await vi.advanceTimersByTimeAsync(10);
  await page.done;
  expect(page.links).toEqual(["live", "finished"]);
});

test("what is not there is not asked for again", async () => {
  const gone = { code: 5, message: "no run", details: [{ reason: "NOT_FOUND" }] };
  script = [() => new Response(JSON.stringify(gone), { status: 404 })];
  await expect(start().done).rejects.toMatchObject({ status: 404, reason: "NOT_FOUND" });
  expect(requests).toBe(1);
  expect(ApiError).toBeDefined();
});

test("leaving the page ends everything", async () => {
  script = [stream([snapshot(1)])];
  const page = start();
  await vi.advanceTimersByTimeAsync(10);
  page.abort.abort();
  await vi.runAllTimersAsync();
  await page.done;
  expect(requests).toBe(1);
});

test("waiting grows from one to fifteen seconds", () => {
  for (let failures = 1; failures < 10; failures++) {
    const middle = Math.min(15_000, 1_000 * 2 ** (failures - 1));
    expect(backOff(failures)).toBeGreaterThanOrEqual(middle * 0.7);
    expect(backOff(failures)).toBeLessThanOrEqual(middle * 1.3);
  }
});
