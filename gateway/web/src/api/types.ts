import type { components } from "../gen/api";

type Schemas = components["schemas"];

/**
 * Solid is a type of the OpenAPI document as the gateway answers it: every field is there; messages that are not set are
 * null. Integers of 64 bits stay strings; see number() in format/numbers.
 */
export type Solid<T> = T extends readonly (infer E)[]
  ? Solid<E>[]
  : T extends object
    ? { [K in keyof T]-?: Field<Exclude<T[K], undefined>> }
    : T;

type Field<T> = T extends readonly unknown[] ? Solid<T> : T extends object ? Solid<T> | null : T;

type Answered<Name extends keyof Schemas> = Solid<Schemas[Name]>;

export type Run = Answered<"Run">;
export type RunState = Schemas["RunState"];
export type TaskRun = Answered<"TaskRun">;
export type Counts = Answered<"Counts">;
export type RunItem = Answered<"RunItem">;
export type Repository = Answered<"Repository">;
export type Task = Answered<"Task">;
export type Job = Answered<"Job">;
export type LogEntry = Answered<"LogEntry">;
export type Conflict = Answered<"Conflict">;
export type ConflictSide = "LOCAL" | "REMOTE";
export type Reject = Answered<"Reject">;
export type ResourceSummary = Answered<"ResourceSummary">;
export type EdenRecord = Answered<"Record">;
export type RecordVersion = Answered<"RecordVersion">;
export type Settings = Answered<"Settings">;
export type Status = Answered<"v1.Status">;
export type User = Answered<"User">;
export type Role = Schemas["Role"];
export type Token = Answered<"Token">;
export type Session = Answered<"Session">;
export type TestStep = Answered<"TestStep">;
export type Policy = Exclude<Schemas["Policy"], "UNSPECIFIED">;
export type RepositoryCondition = Exclude<Schemas["RepositoryCondition"], "UNSPECIFIED">;
export type RepositoryActivity = Answered<"RepositoryActivity">;
export type RecentRun = Answered<"RecentRun">;
export type SiteActivity = Answered<"SiteActivity">;
