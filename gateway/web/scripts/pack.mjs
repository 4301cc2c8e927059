// Packs the built files for poor links, once and well, so that the server only picks: brotli where browsers offer it (over
// TLS and on their own machine), gzip elsewhere. Then it fails if a page has grown beyond its budget.
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";

import { check } from "./budget.mjs";

const dist = new URL("../dist/", import.meta.url).pathname;
const packable = /\.(html|js|css|svg|json|txt)$/;

const sizes = new Map();
for (const name of await readdir(dist, { recursive: true })) {
  if (!packable.test(name)) continue;
  const content = await readFile(path.join(dist, name));
  const [br, gz] = await Promise.all([
    promisify(brotliCompress)(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }),
    promisify(gzip)(content, { level: 9 }),
  ]);
  await Promise.all([writeFile(path.join(dist, `${name}.br`), br), writeFile(path.join(dist, `${name}.gz`), gz)]);
  sizes.set(name, { br: br.length, gz: gz.length });
}
await check(dist, sizes);
await rm(path.join(dist, ".vite"), { recursive: true });
