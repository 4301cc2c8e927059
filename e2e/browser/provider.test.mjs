import assert from "node:assert/strict";
import { createHash, generateKeyPairSync, randomUUID, sign } from "node:crypto";
import { createServer } from "node:http";
import { after, before, test } from "node:test";

import { newPage, newSite, rest, signedIn, useBrowser } from "./lib.mjs";

const chrome = useBrowser();
let provider;
let site;
before(async () => {
  provider = await startProvider();
  site = await newSite({
    empty: true,
    flags: [`--oidc-issuer=${provider.url}`, "--oidc-client-id=edensync", "--oidc-name=Relief ID", "--oidc-role-claim=groups", "--oidc-roles=field=VIEWER"],
  });
});
after(() => provider.server.close());

test("31 sign-in by the provider leads on to the page; who has no role is told so", async () => {
  const page = await newPage(chrome.browser);
  await page.goto(`${site.url}/sign-in?to=%2Frepositories`);
  await page.getByLabel("Password").waitFor();
  provider.person = { sub: "1", preferred_username: "amina", groups: [] };
  await page.getByRole("link", { name: "Sign in with Relief ID" }).click();
  await page.getByRole("alert").getByText("you have no account here").waitFor();
  provider.person = { sub: "1", preferred_username: "amina", groups: ["field"] };
  await page.goto(`${site.url}/sign-in?to=%2Frepositories`);
  await page.getByRole("link", { name: "Sign in with Relief ID" }).click();
  await page.getByRole("heading", { name: "Repositories", level: 1 }).waitFor();
  assert.equal(new URL(page.url()).pathname, "/repositories");
  const cookies = await page.context().cookies(site.url);
  assert.deepEqual(cookies.map((c) => [c.name, c.httpOnly, c.sameSite]), [["__Host-edensync", true, "Strict"]]);
});

test("31 administrators see which provider vouches for a user", async () => {
  const { users } = await rest(site, "GET", "/users?query=amina");
  const page = await signedIn(chrome.browser, site, `/users/${users[0].id}`);
  await page.getByText("Identity provider").waitFor();
  await page.getByText(provider.url, { exact: true }).waitFor();
});

test("32 a session that ends: who signs in by the provider in another tab goes on in this one", async () => {
  const page = await newPage(chrome.browser, { tolerate: /401/ });
  provider.person = { sub: "1", preferred_username: "amina", groups: ["field"] };
  await page.goto(`${site.url}/oidc/begin?to=%2Frepositories`);
  await page.getByRole("heading", { name: "Repositories", level: 1 }).waitFor();
  await page.context().clearCookies();
  await page.getByRole("link", { name: "Log" }).click();
  const dialog = page.getByRole("dialog", { name: "Your session has ended" });
  const [other] = await Promise.all([page.context().waitForEvent("page"), dialog.getByRole("link", { name: "Sign in with Relief ID" }).click()]);
  await other.getByRole("navigation", { name: "Main menu" }).waitFor();
  await other.close();
  await page.bringToFront();
  await page.evaluate(() => dispatchEvent(new Event("focus"))); // Without a screen nothing gets the focus.
  await dialog.waitFor({ state: "detached" });
});

/** startProvider is an OpenID Connect provider that vouches for `person` without asking. */
async function startProvider() {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const codes = new Map();
  const self = { person: {} };
  self.server = createServer(async (request, response) => {
    const url = new URL(request.url, self.url);
    const json = (value, status = 200) => response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(value));
    switch (url.pathname) {
      case "/.well-known/openid-configuration":
        return json({ issuer: self.url, authorization_endpoint: `${self.url}/authorize`, token_endpoint: `${self.url}/token`, jwks_uri: `${self.url}/keys` });
      case "/keys":
        return json({ keys: [{ ...publicKey.export({ format: "jwk" }), kid: "1", use: "sig", alg: "RS256" }] });
      case "/authorize": {
        const code = randomUUID();
        codes.set(code, url.searchParams);
        const back = new URL(url.searchParams.get("redirect_uri"));
        back.search = new URLSearchParams({ code, state: url.searchParams.get("state") });
        return response.writeHead(302, { Location: back.href }).end();
      }
      case "/token": {
        let body = "";
        for await (const part of request) body += part;
        const sent = new URLSearchParams(body);
        const asked = codes.get(sent.get("code"));
        codes.delete(sent.get("code"));
        const challenge = createHash("sha256").update(sent.get("code_verifier") ?? "").digest("base64url");
        if (asked?.get("code_challenge") !== challenge) return json({ error: "invalid_grant" }, 400);
        const now = Math.floor(Date.now() / 1000);
        const claims = { iss: self.url, aud: "edensync", iat: now, exp: now + 300, nonce: asked.get("nonce"), ...self.person };
        return json({ access_token: "a", token_type: "Bearer", id_token: jwt(claims, privateKey) });
      }
      default:
        return json({}, 404);
    }
  });
  await new Promise((resolve) => self.server.listen(0, "127.0.0.1", resolve));
  self.url = `http://127.0.0.1:${self.server.address().port}`;
  return self;
}

/** jwt signs claims. */
function jwt(claims, key) {
  const text = [{ alg: "RS256", kid: "1" }, claims].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".");
  return `${text}.${sign("RSA-SHA256", Buffer.from(text), key).toString("base64url")}`;
}
