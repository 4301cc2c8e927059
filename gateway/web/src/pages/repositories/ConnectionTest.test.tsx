import { act, cleanup, fireEvent, render, screen } from "@testing-library/react";
import i18next from "i18next";
import { FormProvider, useForm } from "react-hook-form";
import { initReactI18next } from "react-i18next";
import { afterEach, beforeAll, expect, test, vi } from "vitest";

import common from "../../i18n/en/common.json";
import reasons from "../../i18n/en/reasons.json";
import repositories from "../../i18n/en/repositories.json";
import { ConnectionTest } from "./ConnectionTest";
import { blank, type RepositoryForm } from "./form";

beforeAll(() =>
  i18next.use(initReactI18next).init({ lng: "en", resources: { en: { common, reasons, repositories } }, defaultNS: "common" }),
);
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

function Example({ mayTakeUuid = true }: { mayTakeUuid?: boolean }) {
  const form = useForm<RepositoryForm>({ defaultValues: { ...blank, url: "https://a.example.org/eden", uuid: "urn:uuid:1" } });
  return (
    <FormProvider {...form}>
      <input aria-label="URL" {...form.register("url")} />
      <input aria-label="UUID" {...form.register("uuid")} />
      <ConnectionTest mayTakeUuid={mayTakeUuid} />
    </FormProvider>
  );
}

/** found lets the server answer that everything works but this step. */
function found(step: { name: string; state: string; reason?: string; message?: string }, more: object = {}) {
  const steps = [{ name: "NAME", state: "PASSED", message: "a.example.org is 192.0.2.1" }, step];
  const result = { ok: false, done: true, remoteUuid: "urn:uuid:2", clockOffset: "95s", remoteVersion: "9", steps, ...more };
  vi.stubGlobal("fetch", vi.fn().mockResolvedValue(new Response(`${JSON.stringify({ result })}\n`)));
}

const run = () => act(async () => void fireEvent.click(screen.getByRole("button", { name: "Test connection" })));

test.each([
  ["PORT", "PEER_UNAVAILABLE", /No server answers there.*firewall/],
  ["SIGN_IN", "PEER_UNAUTHENTICATED", /refused the Username or the Password/],
  ["UUID", "PEER_UUID_CHANGED", /another UUID than the one in this form/],
  ["CLOCK", "CLOCK_OFFSET", /The clocks differ by 1 min 35 sec: NEWER may keep the wrong version/],
  ["VERSION", "PEER_VERSION", /speaks version 9, this site another one/],
  ["TLS", "PEER_TLS", /certificate of the remote site is not trusted/],
])("%s that fails says what is wrong and what to do", async (name, reason, words) => {
  found({ name, state: "FAILED", reason, message: "in other words" });
  render(<Example />);
  await run();
  expect(await screen.findByText(words)).toBeTruthy();
  expect(screen.getByText("in other words")).toBeTruthy();
  expect(screen.getByText(repositories.test.verdict.fails)).toBeTruthy();
});

test("the UUID that was found can be taken over, and the result stays a present one", async () => {
  found({ name: "UUID", state: "FAILED", reason: "PEER_UUID_CHANGED" });
  render(<Example />);
  await run();
  fireEvent.click(await screen.findByRole("button", { name: "Use this UUID" }));
  expect(screen.getByLabelText<HTMLInputElement>("UUID").value).toBe("urn:uuid:2");
  expect(screen.queryByRole("button", { name: "Use this UUID" })).toBeNull();
  expect(screen.queryByText(repositories.test.changed)).toBeNull();
});

test("nothing is offered where the UUID stays", async () => {
  found({ name: "UUID", state: "FAILED", reason: "PEER_UUID_CHANGED" });
  render(<Example mayTakeUuid={false} />);
  await run();
  await screen.findByText(repositories.test.verdict.fails);
  expect(screen.queryByRole("button", { name: "Use this UUID" })).toBeNull();
});

test("a result says that it is an old one once the form has changed", async () => {
  found({ name: "PORT", state: "PASSED" });
  render(<Example />);
  await run();
  await screen.findByText(repositories.test.verdict.works);
  fireEvent.change(screen.getByLabelText("URL"), { target: { value: "https://b.example.org/eden" } });
  expect(await screen.findByText(repositories.test.changed)).toBeTruthy();
});

test("what this site refuses is said, too", async () => {
  const refusal = { message: "No.", details: [{ reason: "INVALID_ARGUMENT" }] };
  vi.stubGlobal("fetch", vi.fn().mockResolvedValue(Response.json(refusal, { status: 400 })));
  render(<Example />);
  await run();
  expect((await screen.findByRole("alert")).textContent).toContain(reasons.INVALID_ARGUMENT);
});
