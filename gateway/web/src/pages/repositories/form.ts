import { api, call } from "../../api/client";
import type { Connection } from "../../api/testConnection";
import type { Repository } from "../../api/types";
import { type Findings, isURL } from "../../form/rules";
import type { components } from "../../gen/api";

/** What is registered, in the words of the guide: the site that this one calls, or one that calls this one. */
export type Direction = "remote" | "incoming";

/** What people enter about a repository. */
export interface RepositoryForm {
  direction: Direction;
  name: string;
  uuid: string;
  url: string;
  username: string;
  /** Never what is saved: empty keeps that. */
  password: string;
  proxyUrl: string;
  acceptPushes: boolean;
  caCertificates: string;
  type: Repository["type"];
  /** Version of the repository that the form is about; empty: a new one. */
  etag: string;
}

/** What the interface takes of it. */
export type Change = Pick<
  components["schemas"]["Repository"],
  "name" | "uuid" | "url" | "username" | "password" | "proxyUrl" | "acceptPushes" | "caCertificates" | "type" | "etag"
>;

export const blank: RepositoryForm = {
  direction: "remote",
  name: "",
  uuid: "",
  url: "",
  username: "",
  password: "",
  proxyUrl: "",
  acceptPushes: true,
  caCertificates: "",
  type: "EDEN",
  etag: "",
};

/** toForm is a repository as people edit it. */
export function toForm(repository: Repository): RepositoryForm {
  const { name, uuid, url, username, proxyUrl, acceptPushes, caCertificates, type, etag } = repository;
  return {
    direction: url ? "remote" : "incoming",
    name,
    uuid,
    url,
    username,
    password: "",
    proxyUrl,
    acceptPushes,
    caCertificates,
    type,
    etag,
  };
}

/** Longest name that the server takes, in characters. */
const maxName = 64;

/**
 * check tells what the guide's table demands: of a remote site Name, UUID, URL, Username and Password, of one that connects
 * to this site Name and UUID. A repository that is there may lack what registering or the server fills in.
 */
export function check(values: RepositoryForm, saved?: Repository): Findings<RepositoryForm> {
  const missing = (text: string) => (text.trim() === "" ? "required" : undefined);
  const name = missing(values.name) ?? (Array.from(values.name.trim()).length > maxName ? "tooLong" : undefined);
  const uuid = saved ? undefined : missing(values.uuid);
  if (values.direction === "incoming") return { name, uuid };
  const url = missing(values.url) ?? (isURL(values.url.trim()) ? undefined : "url");
  const username = saved && saved.username === "" ? undefined : missing(values.username);
  const password = saved ? undefined : values.password === "" ? "required" : undefined;
  return { name, uuid, url, username, password };
}

/** written is what a form says of a repository. A site that connects to this one has nothing by which it could be called. */
function written(values: RepositoryForm): Required<Pick<Change, keyof Omit<RepositoryForm, "direction" | "etag" | "password">>> {
  const called = values.direction === "remote";
  const text = (value: string) => (called ? value.trim() : "");
  return {
    name: values.name.trim(),
    uuid: values.uuid.trim(),
    url: text(values.url),
    username: text(values.username),
    proxyUrl: text(values.proxyUrl),
    acceptPushes: values.acceptPushes,
    caCertificates: text(values.caCertificates),
    type: values.type,
  };
}

/** toRepository is a new repository. */
export function toRepository(values: RepositoryForm): Change {
  return { ...written(values), password: values.direction === "remote" ? values.password : "" };
}

/** createRepository saves it whatever comes of its registration, which then begins. */
export function createRepository(values: RepositoryForm): Promise<Repository> {
  return call(api.POST("/api/v1/repositories", { body: toRepository(values) }));
}

/**
 * toChange names only what differs from what the form began with, so that nothing else is written. The password is kept
 * unless another was typed, and goes when there is no username any more.
 */
export function toChange(values: RepositoryForm, before: RepositoryForm): Change {
  const now = written(values);
  const then = written(before);
  const change: Change = Object.fromEntries(Object.entries(now).filter(([name, value]) => then[name as keyof typeof then] !== value));
  if (now.username === "") {
    if (then.username !== "") change.password = "";
  } else if (values.password !== "") change.password = values.password;
  return change;
}

/** toConnection is what a test of the connection is about. */
export function toConnection(values: RepositoryForm): Connection {
  return {
    url: values.url.trim(),
    username: values.username.trim(),
    password: values.password,
    proxyUrl: values.proxyUrl.trim(),
    caCertificates: values.caCertificates.trim(),
    uuid: values.uuid.trim(),
  };
}
