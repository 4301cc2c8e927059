import { vi } from "vitest";

/** Answer of a fake server: a body and a status, 200 if absent. */
export interface Answer {
  status?: number;
  body?: unknown;
}

/**
 * fakeServer answers requests by their method and path, such as "GET /api/v1/status", and gives the list of those that came.
 * A request that nobody expects fails the test that made it.
 */
export function fakeServer(answers: Record<string, Answer | Answer[]>): string[] {
  const came: string[] = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    const name = `${request.method} ${new URL(request.url).pathname}`;
    came.push(name);
    const of = answers[name];
    const answer = Array.isArray(of) ? (of.length > 1 ? of.shift() : of[0]) : of;
    if (!answer) throw new Error(`unexpected request: ${name}`);
    return Response.json(answer.body ?? {}, { status: answer.status ?? 200 });
  });
  return came;
}

/** refusal is the body of an answer that says no. */
export function refusal(reason: string, metadata: Record<string, string> = {}) {
  return { message: reason, details: [{ reason, metadata }] };
}
