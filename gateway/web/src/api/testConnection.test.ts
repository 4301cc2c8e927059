import { afterEach, describe, expect, it, vi } from "vitest";

import type { ApiError } from "./errors";
import { type ConnectionTest, testConnection } from "./testConnection";

/** answer is a response whose body comes in the given pieces. */
function answer(status: number, ...pieces: string[]): Response {
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const piece of pieces) controller.enqueue(encoder.encode(piece));
      controller.close();
    },
  });
  return new Response(body, { status });
}

afterEach(() => vi.unstubAllGlobals());

describe("testConnection", () => {
  it("tells each state and gives the last", async () => {
    const fetch = vi.fn().mockResolvedValue(answer(200, '{"result":{"steps":[],"done":false}}\n{"res', 'ult":{"steps":[],"done":true}}\n'));
    vi.stubGlobal("fetch", fetch);
    const seen: ConnectionTest[] = [];
    const last = await testConnection("a b", { proxyUrl: "http://p:1" }, (state) => seen.push(state), new AbortController().signal);
    expect(seen.map((state) => state.done)).toEqual([false, true]);
    expect(last).toBe(seen[1]);
    const request = fetch.mock.calls[0]![0] as Request;
    expect(new URL(request.url).pathname).toBe("/api/v1/repositories/a%20b:watchTestConnection");
    expect(request.headers.get("Content-Type")).toBe("application/json");
    expect(await request.clone().json()).toEqual({ connection: { proxyUrl: "http://p:1" } });
  });

  it.each([
    ["before the first state", answer(400, '{"error":{"message":"No.","details":[{"reason":"FILTER_INVALID"}]}}')],
    ["plainly", answer(400, '{"message":"No.","details":[{"reason":"FILTER_INVALID"}]}')],
    ["after a state", answer(200, '{"result":{}}\n{"error":{"message":"No.","details":[{"reason":"FILTER_INVALID"}]}}\n')],
  ])("throws what the server says %s", async (_, response) => {
    vi.stubGlobal("fetch", vi.fn().mockResolvedValue(response));
    const test = testConnection("", {}, () => undefined, new AbortController().signal);
    await expect(test).rejects.toSatisfy((error: ApiError) => error.reason === "FILTER_INVALID" && error.message === "No.");
  });
});
