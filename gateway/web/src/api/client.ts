import createClient, { type FetchResponse } from "openapi-fetch";
import type { MediaType } from "openapi-typescript-helpers";

import type { paths } from "../gen/api";
import { ApiError, NetworkError, toApiError } from "./errors";
import { waitForSignIn } from "./signin";
import { createStore } from "./store";
import type { Solid } from "./types";
import { newUuid } from "./uuid";

/** When the server was lost; null while it answers. */
export const lostSince = createStore<Date | null>(null);

/** The typed client of the REST interface. Use it through call(). */
export const api = createClient<paths>({ baseUrl: "", fetch: guardedFetch });

/** Paths where 401 is an answer and no reason to ask for a sign-in. */
const ownSignIn = /^\/api\/v1\/(session|setup)(:acceptInvitation)?$/;

/**
 * guardedFetch repeats a request after a sign-in when its session had ended, so that nothing typed is lost, and notes
 * whether the server answers at all. Requests that change something carry a key, so that a repetition changes nothing twice.
 */
export async function guardedFetch(request: Request): Promise<Response> {
  if (request.method !== "GET" && !request.headers.has("Idempotency-Key")) {
    request.headers.set("Idempotency-Key", newUuid());
  }
  const path = new URL(request.url).pathname;
  const spare = request.clone();
  const response = await reach(request);
  if (response.status !== 401 || (ownSignIn.test(path) && request.method !== "GET")) return response;
  if (ownSignIn.test(path)) return response;
  return (await waitForSignIn()) ? guardedFetch(spare) : response;
}

async function reach(request: Request): Promise<Response> {
  try {
    const response = await fetch(request);
    lostSince.set(null);
    return response;
  } catch (cause) {
    if (request.signal.aborted) throw cause;
    lostSince.set(lostSince.get() ?? new Date());
    throw new NetworkError(cause);
  }
}

/** call waits for an answer of api and gives its data, every field present; it throws ApiError or NetworkError. */
export async function call<T extends Record<string | number, unknown>, O, M extends MediaType>(
  answer: Promise<FetchResponse<T, O, M>>,
): Promise<Solid<Exclude<FetchResponse<T, O, M>["data"], undefined>>> {
  const { data, error, response } = await answer;
  if (!response.ok) throw toApiError(response.status, error);
  if (typeof data === "string") throw new ApiError(response.status, "UNAVAILABLE", "The answer was not understood.");
  return data as Solid<Exclude<FetchResponse<T, O, M>["data"], undefined>>;
}
