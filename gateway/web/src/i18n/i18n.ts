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
      (error: Error) => done(error, true), // i18next asks again, a few times
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
      // A test demands every text in every language, so nobody has to fetch the English ones as well.
      fallbackLng: false,
      ns: ["common"],
      defaultNS: "common",
      interpolation: { escapeValue: false },
      react: { useSuspense: true },
      returnNull: false,
    });
}

/** Texts of failures are needed when something has failed, perhaps the connection: they are fetched while all is well. */
export function loadReasons(): Promise<void> {
  return i18next.loadNamespaces("reasons");
}

/** speakTo gives a person who signs in the language of the account, if one was chosen there. */
export async function speakTo(language: string) {
  if (isLanguage(language) && language !== i18next.language) await changeLanguage(language);
}

/** changeLanguage waits for the texts of what is on the page; then the document follows at once, and the browser remembers. */
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
