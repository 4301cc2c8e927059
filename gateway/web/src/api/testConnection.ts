import type { components } from "../gen/api";
import { guardedFetch } from "./client";
import { toApiError } from "./errors";
import { readLines } from "./lines";
import type { Solid } from "./types";

export type Connection = components["schemas"]["Connection"];
export type ConnectionTest = Solid<components["schemas"]["TestConnectionResponse"]>;

/**
 * testConnection tries one thing after the other and tells after each how far it is; it gives the last state. repositoryId ""
 * stands for values of a form that was never saved. Errors: ApiError, NetworkError.
 */
export async function testConnection(
  repositoryId: string,
  connection: Connection,
  onState: (state: ConnectionTest) => void,
  signal: AbortSignal,
): Promise<ConnectionTest | undefined> {
  const of = repositoryId === "" ? "" : `/${encodeURIComponent(repositoryId)}`;
  const url = new URL(`/api/v1/repositories${of}:watchTestConnection`, location.href);
  const headers = { "Content-Type": "application/json" };
  const response = await guardedFetch(new Request(url, { method: "POST", headers, body: JSON.stringify({ connection }), signal }));
  if (!response.ok || !response.body) throw toApiError(response.status, unwrap(await response.json().catch(() => null)));
  let last: ConnectionTest | undefined;
  for await (const line of readLines(response.body)) {
    const { result, error } = line as { result?: ConnectionTest; error?: unknown };
    if (error !== undefined) throw toApiError(500, error);
    if (result) onState((last = result));
  }
  return last;
}

/** unwrap takes an error out of the envelope that streams put it in. */
function unwrap(body: unknown): unknown {
  return (body as { error?: unknown } | null)?.error ?? body;
}
