import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, cleanup, renderHook, waitFor } from "@testing-library/react";
import type { ReactNode } from "react";
import { afterEach, expect, test, vi } from "vitest";

import type { Job } from "../../api/types";
import { jobsQuery, switchJob } from "./queries";
import { useSwitch } from "./useSwitch";

vi.mock("./queries", async (original) => ({ ...(await original<object>()), switchJob: vi.fn() }));
afterEach(cleanup);

function start() {
  const queries = new QueryClient({ defaultOptions: { queries: { enabled: false } } });
  const { queryKey } = jobsQuery("r1");
  const jobs = [{ id: "j1", enabled: true } as Job, { id: "j2", enabled: true } as Job];
  queries.setQueryData(queryKey, { jobs, nextPageToken: "", totalSize: 2 });
  const wrapper = ({ children }: { children: ReactNode }) => <QueryClientProvider client={queries}>{children}</QueryClientProvider>;
  const { result } = renderHook(() => useSwitch("r1"), { wrapper });
  return { result, states: () => queries.getQueryData(queryKey)?.jobs.map((job) => job.enabled) };
}

test("the switch moves before the server answers, and can be taken back", async () => {
  let answer: (job: Job) => void = () => undefined;
  vi.mocked(switchJob).mockReturnValueOnce(new Promise((resolve) => (answer = resolve)));
  const { result, states } = start();
  act(() => result.current.change("j1", false));
  await waitFor(() => expect(states()).toEqual([false, true]));
  expect(result.current.last).toBeUndefined();
  await act(async () => answer({} as Job));
  await waitFor(() => expect(result.current.last).toEqual({ id: "j1", enabled: false }));

  vi.mocked(switchJob).mockResolvedValueOnce({} as Job);
  await act(async () => void result.current.undo());
  await waitFor(() => expect(states()).toEqual([true, true]));
  expect(switchJob).toHaveBeenLastCalledWith("r1", "j1", true);
});

test("the switch goes back when the server refuses", async () => {
  vi.mocked(switchJob).mockRejectedValueOnce(new Error("refused"));
  const { result, states } = start();
  await act(async () => result.current.change("j2", false));
  await waitFor(() => expect(result.current.error).not.toBeNull());
  expect(states()).toEqual([true, true]);
  expect(result.current.last).toBeUndefined();
});
