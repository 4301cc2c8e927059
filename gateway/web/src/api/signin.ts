import { createStore } from "./store";

/**
 * The gate between an answer 401 and the repetition of its request: it is open while nobody needs to sign in. A request
 * that finds its session ended waits at the gate; the sign-in dialog opens it, or gives up.
 */
export const signInNeeded = createStore(false);

let waiting: ((signedIn: boolean) => void)[] = [];

/** waitForSignIn resolves to true once somebody has signed in, to false when they gave up. */
export function waitForSignIn(): Promise<boolean> {
  signInNeeded.set(true);
  return new Promise((resolve) => waiting.push(resolve));
}

/** endSignIn lets all waiting requests go on. */
export function endSignIn(signedIn: boolean) {
  const all = waiting;
  waiting = [];
  signInNeeded.set(false);
  for (const resolve of all) resolve(signedIn);
}
