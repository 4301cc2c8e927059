import { act, cleanup, fireEvent, render, screen, waitFor } from "@testing-library/react";
import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import { afterEach, beforeAll, expect, test, vi } from "vitest";

import { ApiError, NetworkError } from "../api/errors";
import common from "../i18n/en/common.json";
import reasons from "../i18n/en/reasons.json";
import { TextField } from "./Field";
import { Form } from "./Form";
import { useApiForm } from "./useApiForm";

interface Values {
  name: string;
  url: string;
}

const labels = { name: "Name", url: "URL" };

beforeAll(() => i18next.use(initReactI18next).init({ lng: "en", resources: { en: { common, reasons } }, defaultNS: "common" }));
afterEach(cleanup);

interface Props {
  values?: Values;
  submit(values: Values): Promise<Values | void>;
  latest?: () => Promise<Values>;
}

function Example({ values = { name: "", url: "" }, submit, latest }: Props) {
  const form = useApiForm<Values>({ values, submit, latest });
  return (
    <Form form={form} action="Save" labels={labels}>
      <TextField name="name" label="Name" options={{ required: "required" }} />
      <TextField name="url" label="URL" />
    </Form>
  );
}

const type = (label: string, value: string) => fireEvent.change(screen.getByLabelText(label), { target: { value } });
const value = (label: string) => screen.getByLabelText<HTMLInputElement>(label).value;
const save = () => act(async () => void fireEvent.click(screen.getByRole("button", { name: "Save" })));

test("an empty field is named in a summary that takes the focus, and nothing is sent", async () => {
  const submit = vi.fn();
  render(<Example submit={submit} />);
  await save();
  await waitFor(() => expect(document.activeElement).toBe(screen.getByRole("alert")));
  expect(screen.getByRole("alert").textContent).toContain("Name");
  expect(screen.getByLabelText("Name").getAttribute("aria-invalid")).toBe("true");
  expect(submit).not.toHaveBeenCalled();
  fireEvent.click(screen.getByRole("link", { name: "Name" }));
  await waitFor(() => expect(document.activeElement).toBe(screen.getByLabelText("Name")));
});

test("a violation that the server finds stands at its field, and what was typed stays", async () => {
  const violations = [{ field: "repository.url", description: "leads to the moon" }];
  const submit = vi.fn().mockRejectedValue(new ApiError(400, "INVALID_ARGUMENT", "url", {}, violations));
  render(<Example submit={submit} />);
  type("Name", "Kisumu");
  type("URL", "https://a.example/eden");
  await save();
  await screen.findByText("leads to the moon");
  expect(screen.getByLabelText("URL").getAttribute("aria-invalid")).toBe("true");
  expect([value("Name"), value("URL")]).toEqual(["Kisumu", "https://a.example/eden"]);
});

test("a violation of something that is no field here is told as well", async () => {
  const violations = [{ field: "moon", description: "is full" }];
  render(<Example submit={vi.fn().mockRejectedValue(new ApiError(400, "SOMETHING", "The moon is full.", {}, violations))} />);
  type("Name", "Kisumu");
  await save();
  expect((await screen.findByRole("alert")).textContent).toContain("The moon is full.");
});

test("without an answer the form says so and can be sent again", async () => {
  const submit = vi.fn().mockRejectedValueOnce(new NetworkError("cut")).mockResolvedValue(undefined);
  render(<Example submit={submit} />);
  type("Name", "Kisumu");
  await save();
  expect((await screen.findByRole("alert")).textContent).toContain("No connection");
  await save();
  await waitFor(() => expect(screen.queryByRole("alert")).toBeNull());
  expect(submit).toHaveBeenCalledTimes(2);
});

test("when somebody else was faster both versions are shown; theirs can be taken", async () => {
  const theirs = { name: "Garissa", url: "" };
  render(<Example submit={vi.fn().mockRejectedValue(new ApiError(409, "STALE", "stale"))} latest={() => Promise.resolve(theirs)} />);
  type("Name", "Kisumu");
  await save();
  const note = await screen.findByRole("alert");
  expect(note.textContent).toContain("Kisumu");
  expect(note.textContent).toContain("Garissa");
  fireEvent.click(screen.getByRole("button", { name: common.stale.takeTheirs }));
  await waitFor(() => expect(value("Name")).toBe("Garissa"));
  expect(screen.queryByRole("alert")).toBeNull();
});

test("newer values reach a form that nobody has touched, and no other", async () => {
  const submit = vi.fn();
  const { rerender } = render(<Example submit={submit} values={{ name: "A", url: "" }} />);
  rerender(<Example submit={submit} values={{ name: "B", url: "" }} />);
  await waitFor(() => expect(value("Name")).toBe("B"));
  type("Name", "mine");
  rerender(<Example submit={submit} values={{ name: "C", url: "" }} />);
  expect(value("Name")).toBe("mine");
});

test("values that saving gives back are those that the form goes on with", async () => {
  render(<Example submit={() => Promise.resolve({ name: "normalised", url: "" })} />);
  type("Name", "  normalised ");
  await save();
  await waitFor(() => expect(value("Name")).toBe("normalised"));
});

test("what is taken already is told at its field in the language of the person", async () => {
  const violations = [{ field: "url", description: "is used by another repository" }];
  render(<Example submit={vi.fn().mockRejectedValue(new ApiError(409, "ALREADY_EXISTS", "taken", {}, violations))} />);
  type("Name", "Kisumu");
  await save();
  await screen.findByText(common.rule.taken);
  expect(screen.getByLabelText("URL").getAttribute("aria-invalid")).toBe("true");
});

test.each([
  ["is required", common.rule.required],
  ["is in use", common.rule.taken],
  ["is too long: at most 64 characters", common.rule.tooLong],
])("a rule that the server names as %j is told in the language of the person", async (description, told) => {
  const violations = [{ field: "url", description }];
  render(<Example submit={vi.fn().mockRejectedValue(new ApiError(400, "INVALID_ARGUMENT", "no", {}, violations))} />);
  type("Name", "Kisumu");
  await save();
  await screen.findByText(told);
});
