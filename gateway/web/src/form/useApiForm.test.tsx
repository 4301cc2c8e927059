import { act, renderHook, waitFor } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";

import { ApiError } from "../api/errors";
import { useApiForm } from "./useApiForm";

interface Values {
  name: string;
  url: string;
  etag: string;
}

const stored: Values = { name: "Nairobi", url: "https://a.example.org", etag: "1" };
const stale = new ApiError(409, "STALE", "Somebody was faster.");

type Submit = (given: Values, before: Values) => Promise<Values | void>;

function start(submit: Submit, latest?: () => Promise<Values>) {
  const { result } = renderHook(() => useApiForm<Values>({ values: stored, submit, latest }));
  // Subscribes, as a component that shows errors does.
  void result.current.form.formState.errors;
  return result;
}

describe("useApiForm", () => {
  it("hands over what was typed and what it began with", async () => {
    const submit = vi.fn<Submit>().mockResolvedValue(undefined);
    const form = start(submit);
    act(() => form.current.form.setValue("name", "Mombasa"));
    act(() => form.current.onSubmit());
    await waitFor(() => expect(submit).toHaveBeenCalledWith({ ...stored, name: "Mombasa" }, stored));
  });

  it("puts violations at their fields and keeps what was typed", async () => {
    const refused = new ApiError(400, "INVALID_ARGUMENT", "No.", {}, [{ field: "repository.url", description: "is in use" }]);
    const form = start(() => Promise.reject(refused));
    act(() => form.current.form.setValue("url", "https://b.example.org"));
    act(() => form.current.onSubmit());
    await waitFor(() => expect(form.current.form.formState.errors.url?.message).toBe("is in use"));
    expect(form.current.form.getValues("url")).toBe("https://b.example.org");
    expect(form.current.failure).toBeUndefined();
  });

  it("shows what somebody else saved, and saves over it only once that was seen", async () => {
    const submit = vi.fn<Submit>().mockRejectedValueOnce(stale).mockResolvedValue(undefined);
    const form = start(submit, () => Promise.resolve({ name: "Kisumu", url: stored.url, etag: "2" }));
    act(() => form.current.form.setValue("name", "Mombasa"));
    act(() => form.current.onSubmit());
    await waitFor(() => expect(form.current.theirs?.name).toBe("Kisumu"));
    act(() => form.current.choose("mine"));
    expect(form.current.theirs).toBeUndefined();
    act(() => form.current.onSubmit());
    await waitFor(() => expect(submit).toHaveBeenLastCalledWith({ ...stored, name: "Mombasa", etag: "2" }, stored));
  });

  it("takes what somebody else saved when that is chosen", async () => {
    const form = start(
      () => Promise.reject(stale),
      () => Promise.resolve({ ...stored, name: "Kisumu", etag: "2" }),
    );
    act(() => form.current.form.setValue("name", "Mombasa"));
    act(() => form.current.onSubmit());
    await waitFor(() => expect(form.current.theirs).toBeDefined());
    act(() => form.current.choose("theirs"));
    expect(form.current.form.getValues()).toEqual({ ...stored, name: "Kisumu", etag: "2" });
  });
});
