import { act, renderHook } from "@testing-library/react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";

import { useSpoken } from "./useSpoken";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("says numbers every 10 s at most, and a new state at once", () => {
  const pass = (time: number) => act(() => vi.advanceTimersByTime(time));
  const { result, rerender } = renderHook(({ text, state }) => useSpoken(text, state), {
    initialProps: { text: "1 record", state: "live" },
  });
  pass(0);
  expect(result.current).toBe("1 record");
  rerender({ text: "2 records", state: "live" });
  pass(4_000);
  expect(result.current).toBe("1 record");
  rerender({ text: "3 records", state: "live" });
  pass(5_999);
  expect(result.current).toBe("1 record");
  pass(1);
  expect(result.current).toBe("3 records");
  rerender({ text: "3 records, finished", state: "finished" });
  pass(0);
  expect(result.current).toBe("3 records, finished");
});
