// Writes src/gen/api.ts from the OpenAPI document of the gateway. Times that are not set are null in its JSON, which the
// document cannot say; it is added here.
import { readFile, writeFile } from "node:fs/promises";
import openapiTS, { astToString } from "openapi-typescript";
import converter from "swagger2openapi";

const source = new URL("../../openapi/openapi.json", import.meta.url);
const target = new URL("../src/gen/api.ts", import.meta.url);

const { openapi } = await converter.convertObj(JSON.parse(await readFile(source, "utf8")), { patch: true });
for (const { properties = {} } of Object.values(openapi.components.schemas)) {
  for (const property of Object.values(properties)) if (property.format === "date-time") property.nullable = true;
}
const types = astToString(await openapiTS(openapi, { alphabetize: true }));
await writeFile(target, `// Generated from gateway/openapi/openapi.json by npm run types. Do not edit.\n\n${types}`);
