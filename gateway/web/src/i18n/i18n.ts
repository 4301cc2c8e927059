import i18next, { type BackendModule } from "i18next";
import { initReactI18next } from "react-i18next";

import { direction, isLanguage, type Language } from "./languages";

/**
 * Texts by language and area; each is a file of its own, fetched when a page needs it. English is the source: its keys are
 * the type of all keys, so that a text that does not exist does not compile.
 */
const files = import.meta.glob<{ default: Record<string, unknown> }>("./*/*.json");

const backend: BackendModule = {
  type: "backend",
  init: () => undefined,
  read(language, area, done) {
    const load = files[`./${language}/${area}.json`];
    if (!load) return done(new Error(`no texts ${language}/${area}`), null);
    load().then(
      (file) => done(null, file.default),
      (error: Error) => done(error, null),
    );
  },
};

/** startLanguage loads the texts of the shell in the language that boot.js chose. */
export function startLanguage(): Promise<unknown> {
  const chosen = document.documentElement.lang;
  return i18next
    .use(backend)
    .use(initReactI18next)
    .init({
      lng: isLanguage(chosen) ? chosen : "en",
      fallbackLng: "en",
      ns: ["common"],
      defaultNS: "common",
      interpolation: { escapeValue: false },
      react: { useSuspense: true },
      returnNull: false,
    });
}

/** useLanguage is called to change it: the document follows at once, the browser remembers. */
export async function changeLanguage(language: Language) {
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
  document.documentElement.dir = direction(language);
  remember("edensync.language", language);
}

/** remember keeps a choice of the person in the browser; where that is forbidden it lasts as long as the page. */
export function remember(key: string, value: string | null) {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
  } catch {
    // The browser keeps nothing for this page.
  }
}

/** recall reads a choice that remember kept. */
export function recall(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}
