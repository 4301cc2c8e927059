import { createContext, type ReactNode, useContext } from "react";
import { type FieldError, get, type RegisterOptions, useFormContext } from "react-hook-form";
import { useTranslation } from "react-i18next";

export interface FieldProps {
  name: string;
  label: string;
  hint?: ReactNode;
  required?: boolean;
}

interface FrameProps extends FieldProps {
  children(input: { id: string; "aria-describedby": string | undefined; "aria-invalid": boolean | undefined }): ReactNode;
  /** What stands below the input: a preview, the same time elsewhere. */
  after?: ReactNode;
}

/** What ids of fields begin with: two forms of one page with fields of the same name need different ones. */
export const FieldScope = createContext("field");

export function useFieldId(name: string): string {
  return `${useContext(FieldScope)}-${name}`;
}

/** Frame puts label, hint, input and error of a field together, for eyes and ears alike. */
export function Frame({ name, label, hint, required, children, after }: FrameProps) {
  const { t } = useTranslation();
  const error = useFieldError(name);
  const id = useFieldId(name);
  const described = [hint ? `${id}-hint` : "", error ? `${id}-error` : ""].filter(Boolean).join(" ") || undefined;
  return (
    <div className="field" data-invalid={error ? true : undefined}>
      <label htmlFor={id}>
        {label} {required && <span className="required">{t("required")}</span>}
      </label>
      {hint && (
        <p className="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {children({ id, "aria-describedby": described, "aria-invalid": error ? true : undefined })}
      {after}
      {error && (
        <p className="field-error" id={`${id}-error`}>
          {error}
        </p>
      )}
    </div>
  );
}

/** useFieldError is what is wrong with a field, in words; undefined: nothing. Rules of forms give keys of texts. */
export function useFieldError(name: string): string | undefined {
  const { t, i18n } = useTranslation();
  const error = get(useFormContext().formState.errors, name) as FieldError | undefined;
  // What is wrong within a list is told at the fields in it.
  if (typeof error?.type !== "string") return undefined;
  const message = typeof error.message === "string" && error.message !== "" ? error.message : "invalid";
  const key = `rule.${message}`;
  return i18n.exists(key) ? t(key as "rule.invalid") : message;
}

interface TextProps extends FieldProps {
  type?: "text" | "password" | "url" | "number" | "search";
  autoComplete?: string;
  placeholder?: string;
  /** For values that are written from left to right in every language: addresses, names of tables. */
  code?: boolean;
  list?: string;
  readOnly?: boolean;
  options?: RegisterOptions;
  after?: ReactNode;
  maxLength?: number;
  inputMode?: "numeric" | "text" | "url";
}

export function TextField({ name, label, hint, required, code, options, after, type = "text", ...input }: TextProps) {
  const { register } = useFormContext();
  return (
    <Frame name={name} label={label} hint={hint} required={required} after={after}>
      {(aria) => (
        <input
          {...input}
          {...aria}
          {...register(name, options)}
          type={type}
          aria-required={required || undefined}
          dir={code ? "ltr" : "auto"}
          className={code ? "code" : undefined}
          spellCheck={code || type === "password" ? false : undefined}
          autoCapitalize={code || type === "password" ? "none" : undefined}
        />
      )}
    </Frame>
  );
}

export function TextArea({ name, label, hint, required, code, rows = 4 }: FieldProps & { code?: boolean; rows?: number }) {
  const { register } = useFormContext();
  return (
    <Frame name={name} label={label} hint={hint} required={required}>
      {(aria) => (
        <textarea
          {...aria}
          {...register(name)}
          rows={rows}
          dir={code ? "ltr" : "auto"}
          className={code ? "code" : undefined}
          spellCheck={!code}
        />
      )}
    </Frame>
  );
}

export interface Choice {
  value: string;
  label: string;
  hint?: ReactNode;
  /** A drawing before the label. */
  mark?: ReactNode;
}

export function SelectField({ name, label, hint, required, choices, after }: FieldProps & { choices: Choice[]; after?: ReactNode }) {
  const { register } = useFormContext();
  return (
    <Frame name={name} label={label} hint={hint} required={required} after={after}>
      {(aria) => (
        <select {...aria} {...register(name)}>
          {choices.map(({ value, label: text }) => (
            <option key={value} value={value}>
              {text}
            </option>
          ))}
        </select>
      )}
    </Frame>
  );
}

/** CheckField is one yes or no. */
export function CheckField({ name, label, hint }: FieldProps) {
  const { register } = useFormContext();
  const id = useFieldId(name);
  return (
    <div className="field check">
      <input id={id} type="checkbox" {...register(name)} aria-describedby={hint ? `${id}-hint` : undefined} />
      <label htmlFor={id}>{label}</label>
      {hint && (
        <p className="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}

interface ChoicesProps extends FieldProps {
  choices: Choice[];
  /** Several may be chosen: checkboxes instead of radio buttons. */
  several?: boolean;
  /** Draw each choice as a card with its explanation. */
  cards?: boolean;
}

/** ChoicesField is a group of radio buttons or checkboxes. */
export function ChoicesField({ name, label, hint, choices, several, cards }: ChoicesProps) {
  const { register } = useFormContext();
  const error = useFieldError(name);
  const id = useFieldId(name);
  return (
    <fieldset className={cards ? "field cards" : "field"} data-invalid={error ? true : undefined}>
      <legend>{label}</legend>
      {hint && <p className="hint">{hint}</p>}
      {choices.map((choice, i) => (
        <label key={choice.value} className="choice">
          <input id={i === 0 ? id : undefined} type={several ? "checkbox" : "radio"} value={choice.value} {...register(name)} />
          <span>
            <span className="choice-label">
              {choice.mark}
              {choice.label}
            </span>
            {choice.hint && <small>{choice.hint}</small>}
          </span>
        </label>
      ))}
      {error && <p className="field-error">{error}</p>}
    </fieldset>
  );
}
