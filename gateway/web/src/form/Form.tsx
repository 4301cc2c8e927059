import { type ReactNode, useContext, useEffect, useRef } from "react";
import { type FieldValues, FormProvider, useFormContext } from "react-hook-form";
import { useTranslation } from "react-i18next";

import { lostSince } from "../api/client";
import { useStore } from "../api/store";
import { Button } from "../ui/Button";
import { ErrorNote } from "../ui/ErrorNote";
import { Icon } from "../ui/Icon";
import { FieldScope } from "./Field";
import { Theirs } from "./Theirs";
import type { ApiForm } from "./useApiForm";

interface Props<T extends FieldValues> {
  form: ApiForm<T>;
  children: ReactNode;
  /** What the button does. */
  action: string;
  /** Whether the button is a plain one, because the page has another main button. */
  quiet?: boolean;
  /** Buttons beside it. */
  more?: ReactNode;
  /** What ids of its fields begin with, where another form of the page has fields of the same name. */
  scope?: string;
  /** Names of the fields for the summary of errors. */
  labels: Record<string, string>;
  /** Writes the value of a field for people, where two versions are compared; see Theirs. */
  show?: (name: string, value: unknown) => string;
  /** Takes values apart where a field holds more than one, for the same comparison; see Theirs. */
  parts?: (values: T) => Record<string, unknown>;
}

/** Form shows its fields, what is wrong with them, and one button. */
export function Form<T extends FieldValues>({ form, children, action, quiet, more, scope = "field", labels, show, parts }: Props<T>) {
  const { t } = useTranslation();
  const lost = useStore(lostSince);
  return (
    <FormProvider {...form.form}>
      <FieldScope value={scope}>
        <form className="form" noValidate onSubmit={form.onSubmit}>
          <ErrorSummary labels={labels} />
          <Answer of={form.theirs ?? form.failure}>
            <Theirs form={form} labels={labels} show={show} parts={parts} />
            {form.failure !== undefined && <ErrorNote error={form.failure} />}
          </Answer>
          {children}
          <p className="actions">
            <Button type="submit" look={quiet ? "plain" : "main"} busy={form.form.formState.isSubmitting} disabled={lost !== null}>
              {action}
            </Button>
            {more}
            {lost && <span className="hint">{t("cannotSave")}</span>}
          </p>
        </form>
      </FieldScope>
    </FormProvider>
  );
}

/** Answer is what the server said to an attempt to save. It takes the focus: the button may be far below it. */
function Answer({ of, children }: { of: unknown; children: ReactNode }) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (of !== undefined) box.current?.focus();
  }, [of]);
  return (
    <div className="answer" ref={box} tabIndex={-1}>
      {children}
    </div>
  );
}

/** ErrorSummary lists what is wrong after an attempt to save; each line leads to its field. It takes the focus. */
function ErrorSummary({ labels }: { labels: Record<string, string> }) {
  const { t } = useTranslation();
  const { formState, setFocus } = useFormContext();
  const scope = useContext(FieldScope);
  const box = useRef<HTMLDivElement>(null);
  const names = errorNames(formState.errors).filter((name) => name !== "root");
  const attempt = formState.submitCount;
  useEffect(() => {
    if (attempt > 0 && !formState.isSubmitting && names.length > 0) box.current?.focus();
    // Only an attempt moves the focus, not the mending of a field.
  }, [attempt, formState.isSubmitting]); // eslint-disable-line react-hooks/exhaustive-deps
  if (attempt === 0 || names.length === 0) return null;
  return (
    <div className="note error summary" ref={box} tabIndex={-1} role="alert">
      <Icon name="fatal" />
      <div>
        <p>{t("pleaseCheck", { count: names.length })}</p>
        <ul>
          {names.map((name) => (
            <li key={name}>
              <a
                href={`#${scope}-${name}`}
                onClick={(event) => {
                  event.preventDefault();
                  const field = document.getElementById(`${scope}-${name}`);
                  if (field) field.focus();
                  else setFocus(name);
                }}
              >
                {labels[name] ?? name}
              </a>
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}

/** errorNames are the paths of all fields with errors, those of fields in lists among them. */
function errorNames(errors: object, above = ""): string[] {
  return Object.entries(errors).flatMap(([name, error]: [string, unknown]) => {
    if (typeof error !== "object" || error === null) return [];
    const path = `${above}${name}`;
    return "type" in error && typeof error.type === "string" ? [path] : errorNames(error, `${path}.`);
  });
}
