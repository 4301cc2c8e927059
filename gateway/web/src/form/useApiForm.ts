import { useEffect, useRef, useState } from "react";
import { type DefaultValues, type FieldValues, type Path, type Resolver, useForm, type UseFormReturn } from "react-hook-form";

import { ApiError, hasReason } from "../api/errors";

interface Options<T extends FieldValues> {
  /** Values to begin with; a change of them, such as a newer version of what is edited, resets an untouched form. */
  values: T;
  /** Rules that can be checked here; the server checks all. */
  resolver?: Resolver<T>;
  /**
   * Saves; before is what the form began with. Values that it gives back are those that the form goes on with. What it
   * throws is shown in the form.
   */
  submit(values: T, before: T): Promise<T | void>;
  /** Field of the form for a field of the request, where the names differ. */
  fields?: Record<string, Path<T>>;
  /**
   * Reads the present values again, for the case that somebody else has changed them meanwhile. A value named etag is taken
   * over whichever version is chosen, so that the next attempt is about what was shown.
   */
  latest?(): Promise<T>;
}

export interface ApiForm<T extends FieldValues> {
  form: UseFormReturn<T>;
  onSubmit(event?: React.SyntheticEvent): void;
  /** What went wrong beside fields; undefined: nothing. */
  failure: unknown;
  /** What somebody else saved meanwhile; undefined: nobody did. */
  theirs: T | undefined;
  /** Ends the choice between both versions: theirs replaces what was typed, mine is kept to be saved. */
  choose(version: "mine" | "theirs"): void;
}

/**
 * useApiForm is a form whose values are checked here, sent, and kept whatever comes out: violations that the server finds
 * land at their fields, and what somebody else saved meanwhile is shown beside what was typed instead of being overwritten.
 */
export function useApiForm<T extends FieldValues>({ values, resolver, submit, fields = {}, latest }: Options<T>): ApiForm<T> {
  const form = useForm<T>({ defaultValues: values as DefaultValues<T>, resolver, shouldFocusError: false });
  const [failure, setFailure] = useState<unknown>();
  const [theirs, setTheirs] = useState<T>();
  useFreshValues(form, values);

  const fail = async (error: unknown, given: T) => {
    if (latest && hasReason(error, "STALE")) return setTheirs(await latest());
    const violations = error instanceof ApiError ? error.violations : [];
    const placed = violations.filter((v) => place(v.field, given, fields) !== undefined);
    const rule = error instanceof ApiError ? ruleOf[error.reason] : undefined;
    for (const v of placed) {
      form.setError(place(v.field, given, fields)!, { type: "server", message: rule ?? inWords(v.description) });
    }
    if (placed.length < violations.length || violations.length === 0) setFailure(error);
  };
  const save = async (given: T) => {
    setFailure(undefined);
    setTheirs(undefined);
    try {
      form.reset((await submit(given, form.formState.defaultValues as T)) ?? given);
    } catch (error) {
      await fail(error, given).catch(setFailure);
    }
  };
  const choose = (version: "mine" | "theirs") => {
    if (version === "theirs") form.reset(theirs);
    else if (theirs && "etag" in theirs) form.setValue("etag" as Path<T>, theirs.etag);
    setTheirs(undefined);
  };
  return { form, onSubmit: (event) => void form.handleSubmit(save)(event), failure, theirs, choose };
}

/** Rules, as keys below common:rule, that answers with these reasons speak of. */
const ruleOf: Record<string, string | undefined> = {
  ALREADY_EXISTS: "taken",
  REPOSITORY_UUID_TAKEN: "taken",
  REPOSITORY_IS_THIS_SITE: "thisSite",
  PASSWORD_WEAK: "password",
  CREDENTIALS_WRONG: "wrong",
};

/** Rules that servers name at a field by these words; others are told as the server says them. */
const worded: [start: string, rule: string][] = [
  ["is required", "required"],
  ["is in use", "taken"],
  ["is too long", "tooLong"],
];

function inWords(description: string): string {
  return worded.find(([start]) => description.startsWith(start))?.[1] ?? description;
}

/** useFreshValues gives a form that nobody has touched the latest values. */
function useFreshValues<T extends FieldValues>({ reset, formState: { isDirty } }: UseFormReturn<T>, values: T) {
  const key = JSON.stringify(values);
  const current = useRef(key);
  useEffect(() => {
    if (isDirty || current.current === key) return;
    current.current = key;
    reset(values);
  }, [isDirty, key, reset, values]);
}

/**
 * place finds the field of the form for a field of the request, which may be named with its resource in front and with its
 * place in a list behind.
 */
function place<T extends FieldValues>(field: string, values: T, fields: Record<string, Path<T>>): Path<T> | undefined {
  const last = (field.split(".").pop() ?? field).replace(/\[\d+\]$/, "");
  return fields[field] ?? fields[last] ?? (last in values ? (last as Path<T>) : undefined);
}
