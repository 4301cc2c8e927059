import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, cleanup, fireEvent, render, screen, waitFor, within } from "@testing-library/react";
import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import { afterEach, beforeAll, expect, test, vi } from "vitest";

import common from "../../i18n/en/common.json";
import resources from "../../i18n/en/resources.json";
import tables from "../../i18n/en/tables.json";
import { newTask, type TaskValues } from "./form";
import { ResourceForm } from "./ResourceForm";

beforeAll(() => i18next.use(initReactI18next).init({ lng: "en", resources: { en: { common, resources, tables } }, defaultNS: "common" }));
afterEach(cleanup);

const known: TaskValues = { ...newTask, resourceName: "org_office", etag: "1" };

function show(submit = vi.fn().mockResolvedValue(undefined), values = known) {
  const queries = new QueryClient({ defaultOptions: { queries: { enabled: false } } });
  render(
    <QueryClientProvider client={queries}>
      <ResourceForm id="r1" values={values} submit={submit} action="Save" />
    </QueryClientProvider>,
  );
  return submit;
}

// By text and label: roles cost seconds in a form of this size.
const press = (name: string) => fireEvent.click(screen.getByText(name));
const tick = (label: string | RegExp) => fireEvent.click(screen.getByLabelText(label));
const type = (label: string, value: string) => fireEvent.change(screen.getByLabelText(label), { target: { value } });
const text = () => screen.getByLabelText<HTMLInputElement>("As text").value;
const save = () => act(async () => press("Save"));
const sent = (submit: ReturnType<typeof show>) => submit.mock.calls[0]?.[0] as TaskValues;

test("a filter is put together from pieces, and its text can be edited", async () => {
  const submit = show();
  press("Add a filter");
  expect(screen.getByLabelText<HTMLInputElement>("Table").value).toBe("org_office");
  type("Field", "name");
  type("Operator", "like");
  type("Value", "A*");
  expect(text()).toBe("~.name__like=A*");
  type("As text", "~.code__belongs=1,2&~.closed=NONE");
  const second = within(screen.getByLabelText("Condition 2"));
  expect(second.getByLabelText<HTMLInputElement>("Field").value).toBe("closed");
  expect(second.queryByLabelText("Value")).toBeNull();
  await save();
  await waitFor(() =>
    expect(sent(submit).filters).toEqual([{ tablename: "org_office", filterString: "~.code__belongs=1,2&~.closed=NONE" }]),
  );
});

test("a condition that is not complete yet has no text, and is not lost", () => {
  show();
  press("Add a filter");
  type("Field", "name");
  expect(text()).toBe("");
  expect(screen.getByLabelText<HTMLInputElement>("Field").value).toBe("name");
});

test("a filter that pieces cannot say is kept as text; one that is wrong says why, and is not sent", async () => {
  const submit = show();
  press("Add a filter");
  type("As text", "~.organisation_id$name__like=Red*");
  expect(screen.queryByLabelText("Field")).toBeNull();
  expect(screen.getByText(resources.filter.special)).toBeDefined();
  type("As text", "name=x");
  expect(screen.getByLabelText("As text").getAttribute("aria-invalid")).toBe("true");
  await save();
  expect(submit).not.toHaveBeenCalled();
  expect(document.querySelector("[role=alert]")?.textContent).toContain("Filters");
});

test("a change of filters of a known resource warns of its consequence", () => {
  show();
  expect(screen.queryByText(resources.filter.changed)).toBeNull();
  press("Add a filter");
  expect(screen.getByText(resources.filter.changed)).toBeDefined();
});

test("the choice of a policy is foretold, and told to the remote site the other way round", async () => {
  const submit = show();
  tick(/^THIS/);
  expect(screen.getByText(/The remote site will apply THIS as OTHER/)).toBeDefined();
  expect(screen.getByText(resources.foretold.slow)).toBeDefined();
  await save();
  await waitFor(() => expect(sent(submit)).toMatchObject({ updatePolicy: "THIS", same: true }));
});

test("the conflict policy has choices of its own once it is not the same", () => {
  show();
  expect(screen.getAllByLabelText(/^OTHER/)).toHaveLength(1);
  tick("same as Update Policy");
  expect(screen.getAllByLabelText(/^OTHER/)).toHaveLength(2);
});
