/** Languages of the pages, by their own names. */
export const languages = { en: "English", es: "Español", fr: "Français", ar: "العربية" } as const;

export type Language = keyof typeof languages;

export function isLanguage(tag: string): tag is Language {
  return tag in languages;
}

/** direction in which a language is written. */
export function direction(language: Language): "ltr" | "rtl" {
  return language === "ar" ? "rtl" : "ltr";
}
