import { act, cleanup, render, screen } from "@testing-library/react";
import { Suspense } from "react";
import { useTranslation } from "react-i18next";
import { afterEach, beforeAll, expect, test } from "vitest";

import arHelp from "./ar/help.json";
import arSettings from "./ar/settings.json";
import frHelp from "./fr/help.json";
import frSettings from "./fr/settings.json";
import { changeLanguage, startLanguage } from "./i18n";

/** Everything that was shown, in order; what is shown twice in a row counts once. */
let shown: string[] = [];

function Heading({ area }: { area: "help" | "settings" }) {
  const { t } = useTranslation(area);
  const text = t("title");
  if (shown.at(-1) !== text) shown.push(text);
  return <h1>{text}</h1>;
}

function Page({ area }: { area: "help" | "settings" }) {
  return (
    <Suspense fallback={null}>
      <Heading area={area} />
    </Suspense>
  );
}

beforeAll(async () => {
  document.documentElement.lang = "ar";
  await startLanguage();
});

afterEach(() => {
  cleanup();
  shown = [];
});

test("a page waits for its texts in the language of the person, and shows no other", async () => {
  const { rerender } = render(<Page area="help" />);
  await screen.findByText(arHelp.title);
  rerender(<Page area="settings" />);
  await screen.findByText(arSettings.title);
  expect(shown).toEqual([arHelp.title, arSettings.title]);
});

test("another language comes with all texts of the page at once, and the document turns round", async () => {
  render(
    <>
      <Page area="help" />
      <Page area="settings" />
    </>,
  );
  await screen.findByText(arSettings.title);
  await act(() => changeLanguage("fr"));
  await screen.findByText(frHelp.title);
  await screen.findByText(frSettings.title);
  expect(new Set(shown)).toEqual(new Set([arHelp.title, arSettings.title, frHelp.title, frSettings.title]));
  const { lang, dir } = document.documentElement;
  expect([lang, dir]).toEqual(["fr", "ltr"]);
});
