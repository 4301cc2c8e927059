import { createStore, useStore } from "../api/store";
import { recall, remember } from "../i18n/i18n";
import type { Digits } from "./numbers";

/** Theme of the pages; auto follows the system. */
export type Theme = "auto" | "light" | "dark";

/** Preferences of the person at this browser. They are kept here and nowhere else. */
export interface Preferences {
  theme: Theme;
  digits: Digits;
  rows: "comfortable" | "compact";
  /** Whether single letters are shortcuts; some people must be able to switch that off. */
  shortcuts: boolean;
}

const preferences = createStore<Preferences>({
  theme: oneOf(recall("edensync.theme"), ["light", "dark"], "auto"),
  digits: oneOf(recall("edensync.digits"), ["native"], "latin"),
  rows: oneOf(recall("edensync.rows"), ["compact"], "comfortable"),
  shortcuts: recall("edensync.shortcuts") !== "off",
});

function oneOf<T extends string, D extends string>(value: string | null, choices: T[], otherwise: D): T | D {
  return choices.find((choice) => choice === value) ?? otherwise;
}

export function usePreferences(): Preferences {
  return useStore(preferences);
}

/** setPreferences applies a change at once and remembers it. */
export function setPreferences(change: Partial<Preferences>) {
  const next = { ...preferences.get(), ...change };
  preferences.set(next);
  remember("edensync.theme", next.theme === "auto" ? null : next.theme);
  remember("edensync.digits", next.digits === "latin" ? null : next.digits);
  remember("edensync.rows", next.rows === "compact" ? next.rows : null);
  remember("edensync.shortcuts", next.shortcuts ? null : "off");
  const { dataset } = document.documentElement;
  if (next.theme === "auto") delete dataset.theme;
  else dataset.theme = next.theme;
  if (next.rows === "compact") dataset.rows = "compact";
  else delete dataset.rows;
}
