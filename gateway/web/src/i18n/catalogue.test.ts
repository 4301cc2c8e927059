import { describe, expect, it } from "vitest";

import { languages } from "./languages";

/** Areas whose texts are not translated yet; nothing but English may be missing anything. */
const pending: string[] = [];

type Texts = { [key: string]: Texts | string };

const files = import.meta.glob<{ default: Texts }>("./*/*.json", { eager: true });

/** flat lists all texts of an area in a language by their keys, such as "nav.log" and "sections.0.heading". */
function flat(language: string, area: string): Map<string, string> {
  const found = new Map<string, string>();
  const walk = (texts: Texts, path: string) => {
    for (const [key, value] of Object.entries(texts)) {
      if (typeof value === "string") found.set(path + key, value);
      else walk(value, `${path}${key}.`);
    }
  };
  walk(files[`./${language}/${area}.json`]!.default, "");
  return found;
}

const plural = /_(zero|one|two|few|many|other)$/;

/**
 * expected are the keys that a language needs: those of English, in as many plural forms as the language has; and a text of
 * its own for none where English has one.
 */
function expected(language: string, english: Iterable<string>): string[] {
  const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
  const keys = [...english].flatMap((key) => {
    if (!plural.test(key)) return [key];
    const own = key.endsWith("_zero") ? [key] : [];
    return [...own, ...forms.map((form) => key.replace(plural, `_${form}`))];
  });
  return [...new Set(keys)].sort();
}

/** values are the names that a text interpolates, without repetition. */
function values(text: string): string[] {
  return [...new Set([...text.matchAll(/{{\s*([\w.]+)\s*}}/g)].map(([, name]) => name!))].sort();
}

/** "One repository" and "two repositories" need no figure. */
const small = /_(zero|one|two)$/;
const figures = ["count", "formatted", "runs", "repeat"];

/** source is the English text for a key of any language. */
function source(english: Map<string, string>, key: string): string {
  return english.get(key) ?? english.get(key.replace(plural, "_other")) ?? "";
}

const areas = Object.keys(files).flatMap((path) => /^\.\/en\/(\w+)\.json$/.exec(path)?.[1] ?? []);
const translated = areas.filter((area) => !pending.includes(area));

describe("texts", () => {
  it("are all there in English, in both forms where something is counted", () => {
    for (const area of areas) expect([...flat("en", area).keys()].sort(), area).toEqual(expected("en", flat("en", area).keys()));
  });

  it("are files of the same areas in every language", () => {
    const all = Object.keys(languages).flatMap((language) => areas.map((area) => `./${language}/${area}.json`));
    expect(Object.keys(files).sort()).toEqual(all.sort());
    expect(areas).toEqual(expect.arrayContaining(pending));
  });
});

describe.each(Object.keys(languages).filter((language) => language !== "en"))("texts in %s", (language) => {
  it.each(translated)("%s: have the keys of the English ones", (area) => {
    expect([...flat(language, area).keys()].sort()).toEqual(expected(language, flat("en", area).keys()));
  });

  it.each(translated)("%s: hold the same values, and are not empty", (area) => {
    const english = flat("en", area);
    const wrong = [...flat(language, area)].filter(([key, text]) => {
      const [mine, theirs] = [values(text), values(source(english, key))];
      const missing = theirs.filter((name) => !mine.includes(name) && !(small.test(key) && figures.includes(name)));
      return text.trim() === "" || missing.length > 0 || !mine.every((name) => theirs.includes(name));
    });
    expect(wrong).toEqual([]);
  });

  it.each(translated)("%s: are not English", (area) => {
    const english = flat("en", area);
    const same = [...flat(language, area)].filter(([key, text]) => / \w+ \w+ /.test(text) && text === english.get(key));
    expect(same).toEqual([]);
  });
});
