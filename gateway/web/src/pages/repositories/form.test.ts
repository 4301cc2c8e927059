import { describe, expect, it } from "vitest";

import type { Repository } from "../../api/types";
import { blank, check, type RepositoryForm, toChange, toConnection, toForm, toRepository } from "./form";

const saved = {
  name: "Kisumu",
  uuid: "urn:uuid:1",
  url: "https://kisumu.example.org/eden",
  username: "hq",
  proxyUrl: "",
  acceptPushes: true,
  caCertificates: "",
  type: "EDEN",
  etag: "7",
} as Repository;

const typed: RepositoryForm = { ...toForm(saved), password: "a long secret" };

function wrong(values: RepositoryForm, of?: Repository) {
  return Object.entries(check(values, of)).flatMap(([field, rule]) => (rule ? [`${field} ${rule}`] : []));
}

describe("what is required", () => {
  it("is Name, UUID, URL, Username and Password of a remote site", () => {
    expect(wrong(blank)).toEqual(["name required", "uuid required", "url required", "username required", "password required"]);
  });

  it("is Name and UUID of a site that connects to this one", () => {
    expect(wrong({ ...blank, direction: "incoming" })).toEqual(["name required", "uuid required"]);
  });

  it("is not what is saved already or comes with the registration", () => {
    expect(wrong({ ...toForm(saved), uuid: "" }, saved)).toEqual([]);
    expect(wrong({ ...toForm(saved), name: " ", url: "kisumu.example.org" }, saved)).toEqual(["name required", "url url"]);
  });

  it("counts the letters of a name as people do", () => {
    expect(wrong({ ...typed, name: "😀".repeat(64) })).toEqual([]);
    expect(wrong({ ...typed, name: "a".repeat(65) })).toEqual(["name tooLong"]);
  });
});

describe("what is sent", () => {
  it("of a new repository is all that was typed", () => {
    expect(toRepository({ ...typed, name: " Kisumu " })).toMatchObject({ name: "Kisumu", username: "hq", password: "a long secret" });
  });

  it("of a site that connects to this one holds nothing to call it by", () => {
    const incoming: RepositoryForm = { ...typed, direction: "incoming", proxyUrl: "http://proxy:3128" };
    expect(toRepository(incoming)).toMatchObject({ url: "", username: "", password: "", proxyUrl: "" });
  });

  it("of a change is only what differs, and never an empty password", () => {
    expect(toChange({ ...typed, password: "" }, typed)).toEqual({});
    expect(toChange({ ...typed, name: "Kisumu 2", acceptPushes: false, password: "" }, typed)).toEqual({
      name: "Kisumu 2",
      acceptPushes: false,
    });
    expect(toChange(typed, toForm(saved))).toEqual({ password: "a long secret" });
  });

  it("removes the password together with the username", () => {
    expect(toChange({ ...typed, username: "" }, typed)).toEqual({ username: "", password: "" });
    expect(toChange({ ...typed, direction: "incoming" }, typed)).toEqual({ url: "", username: "", password: "" });
  });

  it("of a test is the connection as it was typed", () => {
    expect(toConnection({ ...typed, url: " https://a.example.org " })).toMatchObject({ url: "https://a.example.org", uuid: "urn:uuid:1" });
  });
});
