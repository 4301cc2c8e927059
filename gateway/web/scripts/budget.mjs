// What the pages may weigh, in bytes on the wire; see docs/web.md. A build that is heavier fails.
import { readFile, stat } from "node:fs/promises";
import path from "node:path";

const budgets = { start: 200_000, route: 35_000, css: 12_000, language: 15_000, area: 6_000 };

/** check compares the packed sizes of a build with the budgets; dist is its folder, sizes are by name of file. */
export async function check(dist, sizes) {
  const manifest = JSON.parse(await readFile(path.join(dist, ".vite/manifest.json"), "utf8"));
  const entries = Object.entries(manifest);
  const failures = [];
  const limit = (what, size, most) => {
    console.log(`${what.padEnd(34)} ${String(size).padStart(8)} of ${most}`);
    if (size > most) failures.push(`${what} weighs ${size} bytes, more than ${most}`);
  };

  const start = new Set(["index.html", "boot.js"]);
  collect(manifest, "index.html", start);
  collect(manifest, "src/pages/sign-in/SignInPage.tsx", start);
  const texts = manifest["src/i18n/en/common.json"];
  if (texts) start.add(texts.file);
  let first = 0;
  for (const name of start) first += sizes.get(name)?.br ?? 0;
  first += (await stat(path.join(dist, font(manifest)))).size;
  limit("sign-in page, with its font", first, budgets.start);

  const css = entries.flatMap(([, e]) => e.css ?? []).concat(entries.filter(([, e]) => e.file.endsWith(".css")).map(([, e]) => e.file));
  limit(
    "style",
    [...new Set(css)].reduce((sum, name) => sum + (sizes.get(name)?.gz ?? 0), 0),
    budgets.css,
  );

  for (const [name, entry] of entries) {
    if (!entry.isDynamicEntry || !name.startsWith("src/pages/")) continue;
    const needs = new Set();
    collect(manifest, name, needs);
    const own = [...needs].filter((file) => !start.has(file));
    limit(
      name.replace("src/pages/", ""),
      own.reduce((sum, file) => sum + (sizes.get(file)?.gz ?? 0), 0),
      budgets.route,
    );
  }
  for (const language of ["en", "es", "fr", "ar"]) {
    const size = (area) => sizes.get(manifest[`src/i18n/${language}/${area}.json`]?.file)?.gz ?? 0;
    limit(`texts ${language}, of every page`, size("common") + size("reasons"), budgets.language);
    const areas = entries.map(([name]) => name.match(`^src/i18n/${language}/(.*)\\.json$`)?.[1]).filter((area) => area && area !== "help");
    const largest = areas.filter((area) => area !== "common" && area !== "reasons").sort((a, b) => size(b) - size(a))[0];
    limit(`texts ${language}, ${largest}`, size(largest), budgets.area);
  }
  if (failures.length > 0) throw new Error(failures.join("\n"));
}

/** collect gathers the files that an entry needs at once. */
function collect(manifest, name, files) {
  const entry = manifest[name];
  if (!entry || files.has(entry.file)) return;
  files.add(entry.file);
  for (const css of entry.css ?? []) files.add(css);
  for (const next of entry.imports ?? []) collect(manifest, next, files);
}

function font(manifest) {
  const entry = Object.entries(manifest).find(([name]) => name.endsWith("ibm-plex-sans-latin-wght-normal.woff2"));
  return entry[1].file;
}
