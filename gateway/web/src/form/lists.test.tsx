import { act, cleanup, fireEvent, render, screen, waitFor } from "@testing-library/react";
import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import { afterEach, beforeAll, expect, test } from "vitest";

import common from "../i18n/en/common.json";
import { TextField, useFieldError } from "./Field";
import { Form } from "./Form";
import { rules } from "./rules";
import { useApiForm } from "./useApiForm";

beforeAll(() => i18next.use(initReactI18next).init({ lng: "en", resources: { en: { common } }, defaultNS: "common" }));
afterEach(cleanup);

interface Values {
  rows: { name: string }[];
}

function List() {
  const form = useApiForm<Values>({
    values: { rows: [{ name: "first" }, { name: "" }] },
    resolver: rules<Values>(({ rows }) =>
      Object.fromEntries(rows.map(({ name }, i) => [`rows.${i}.name`, name === "" ? "Please name it." : ""])),
    ),
    submit: () => Promise.resolve(),
  });
  return (
    <Form form={form} action="Save" labels={{ "rows.1.name": "Second row: Name" }}>
      <ListError />
      <TextField name="rows.0.name" label="First" />
      <TextField name="rows.1.name" label="Second" />
    </Form>
  );
}

/** What is wrong with the list as a whole. */
function ListError() {
  return <p data-testid="list">{useFieldError("rows")}</p>;
}

test("what is wrong in a list is told at its field and in the summary, which leads there", async () => {
  render(<List />);
  await act(async () => fireEvent.click(screen.getByRole("button", { name: "Save" })));
  const link = await waitFor(() => screen.getByRole("link", { name: "Second row: Name" }));
  expect(screen.getAllByRole("link")).toHaveLength(1);
  expect(screen.getByLabelText("Second").getAttribute("aria-invalid")).toBe("true");
  expect(screen.getByLabelText("First").getAttribute("aria-invalid")).toBeNull();
  expect(screen.getByTestId("list").textContent).toBe("");
  fireEvent.click(link);
  await waitFor(() => expect(document.activeElement).toBe(screen.getByLabelText("Second")));
});
