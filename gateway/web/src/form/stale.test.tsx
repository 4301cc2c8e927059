import { act, renderHook, waitFor } from "@testing-library/react";
import { expect, test, vi } from "vitest";

import { ApiError } from "../api/errors";
import { useApiForm } from "./useApiForm";

interface Values {
  name: string;
  etag: string;
}

const stored: Values = { name: "Nairobi", etag: "1" };

test("what somebody else saved is saved over only once it was seen", async () => {
  const submit = vi
    .fn()
    .mockRejectedValueOnce(new ApiError(409, "STALE", "stale"))
    .mockResolvedValue(undefined);
  const latest = () => Promise.resolve({ name: "Kisumu", etag: "2" });
  const { result: form } = renderHook(() => useApiForm<Values>({ values: stored, submit, latest }));
  act(() => form.current.form.setValue("name", "Mombasa"));
  act(() => form.current.onSubmit());
  await waitFor(() => expect(form.current.theirs?.name).toBe("Kisumu"));
  expect(submit).toHaveBeenLastCalledWith({ name: "Mombasa", etag: "1" }, stored);

  act(() => form.current.choose("mine"));
  expect(form.current.theirs).toBeUndefined();
  act(() => form.current.onSubmit());
  await waitFor(() => expect(submit).toHaveBeenLastCalledWith({ name: "Mombasa", etag: "2" }, stored));
});
